import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { RoomName } from '../../protocol/ids.ts';
import { encodeRoom } from '../../protocol/rooms.ts';
import {
  LOG_WINDOW,
  type Logged,
  type Meta,
  type Outgoing,
  type Store,
  type StoreChange,
  type StoredIdentity,
} from '../runtime/ports.ts';
import { snapshotOf } from './memory.ts';

/** Shown order (protocol/entry.ts, compareEntries) as an IndexedDB key. */
type EntryKey = [ms: number, count: number, replica: string, seq: number];

interface RoomSchema extends DBSchema {
  room: { key: 'identity' | 'meta' | 'composer'; value: StoredIdentity | Meta | string };
  entries: { key: EntryKey; value: Logged };
  outbox: { key: string; value: Outgoing };
}

/** Entries kept for a room; the oldest go first. The outbox is never trimmed. */
const KEPT_ENTRIES = LOG_WINDOW;
/** Trimming looks at the count once in so many writes. */
const TRIM_EVERY = 64;

/**
 * One database a room and profile. Rejects where the browser refuses storage.
 *
 * @param profile sets visitors of one browser apart (two frames of a demo); usually empty
 */
export async function indexedDbStore(room: RoomName, profile: string): Promise<Store> {
  const db = await openDB<RoomSchema>(`natter/${profile}/${encodeRoom(room)}`, 1, {
    upgrade(fresh) {
      fresh.createObjectStore('room');
      fresh.createObjectStore('entries');
      fresh.createObjectStore('outbox', { keyPath: 'draft' });
    },
    blocking: (_from, _to, event) => (event.target as IDBDatabase).close(),
  });
  let writes = 0;
  return {
    async load() {
      const [identity, meta, composer, entries, outbox] = await Promise.all([
        db.get('room', 'identity'),
        db.get('room', 'meta'),
        db.get('room', 'composer'),
        db.getAll('entries'),
        db.getAll('outbox'),
      ]);
      return {
        identity: identity as StoredIdentity | undefined,
        composer: typeof composer === 'string' ? composer : '',
        snapshot: snapshotOf(meta as Meta | undefined, entries, outbox),
      };
    },
    async saveIdentity(identity) {
      await db.put('room', identity, 'identity');
    },
    async write(changes, durability) {
      await apply(db, changes, durability);
      writes += 1;
      if (writes % TRIM_EVERY === 0) await trim(db);
    },
    async saveComposer(text) {
      const transaction = db.transaction('room', 'readwrite', { durability: 'relaxed' });
      const written = transaction.store.put(text, 'composer');
      transaction.commit(); // a page that is about to go would abort what waits for its last event
      await Promise.all([written, transaction.done]);
    },
    async close() {
      db.close();
    },
  };
}

async function apply(
  db: IDBPDatabase<RoomSchema>,
  changes: readonly StoreChange[],
  durability: 'strict' | 'relaxed',
): Promise<void> {
  const transaction = db.transaction(['room', 'entries', 'outbox'], 'readwrite', { durability });
  const [room, entries, outbox] = [
    transaction.objectStore('room'),
    transaction.objectStore('entries'),
    transaction.objectStore('outbox'),
  ];
  const requests: Promise<unknown>[] = [];
  for (const change of changes) {
    if (change.type === 'meta') requests.push(room.put(change.meta, 'meta'));
    else if (change.type === 'entries')
      for (const logged of change.entries) requests.push(entries.put(logged, keyOf(logged)));
    else if (change.type === 'withdrawn') requests.push(entries.delete(keyOf(change)));
    else if (change.type === 'outgoing') for (const item of change.items) requests.push(outbox.put(item));
    else for (const draft of change.drafts) requests.push(outbox.delete(draft));
  }
  await Promise.all([...requests, transaction.done]);
}

async function trim(db: IDBPDatabase<RoomSchema>): Promise<void> {
  const surplus = (await db.count('entries')) - KEPT_ENTRIES;
  if (surplus <= 0) return;
  const oldest = await db.getAllKeys('entries', null, surplus);
  const last = oldest[oldest.length - 1];
  if (last) await db.delete('entries', IDBKeyRange.upperBound(last));
}

function keyOf({ entry }: Pick<Logged, 'entry'>): EntryKey {
  return [entry.clock[0], entry.clock[1], entry.replica, entry.seq];
}
