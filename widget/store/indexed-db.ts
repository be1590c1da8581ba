import {
  LOG_WINDOW,
  type Logged,
  type Meta,
  type Outgoing,
  type Store,
  type StoreChange,
  type StoredIdentity,
} from '../runtime/ports.ts';
import { answered, openDatabase, transact } from './database.ts';
import { type ReadCertificate, snapshotOf } from './snapshot.ts';

/** Shown order (protocol/entry.ts, compareEntries) as an IndexedDB key; by their ids two that contradict each other. */
type EntryKey = [ms: number, count: number, replica: string, seq: number, id: string];

/** Entries kept for a room; the oldest go first. The outbox is never trimmed. */
const KEPT_ENTRIES = LOG_WINDOW;
/** Trimming looks at the count once in so many writes. */
const TRIM_EVERY = 64;

/** One database a relay, profile and room, by their name. Rejects where the browser refuses storage. */
export async function indexedDbStore(name: string, read?: ReadCertificate): Promise<Store> {
  const database = await openDatabase(name, {
    room: {},
    entries: {},
    outbox: { keyPath: 'draft' },
  });
  let writes = 0;
  const put = (key: string, value: unknown) =>
    transact(database, ['room'], 'relaxed', (transaction) => transaction.objectStore('room').put(value, key));
  return {
    load: () => load(database, read),
    saveIdentity: (identity) => put('identity', identity),
    async write(changes, durability) {
      await transact(database, ['room', 'entries', 'outbox'], durability, (transaction) => {
        for (const change of changes) apply(transaction, change);
      });
      writes += 1;
      if (writes % TRIM_EVERY === 0) await trim(database);
    },
    saveComposer: (text) => put('composer', text),
    async close() {
      database.close();
    },
  };
}

async function load(database: IDBDatabase, read?: ReadCertificate): ReturnType<Store['load']> {
  const transaction = database.transaction(['room', 'entries', 'outbox']);
  const room = transaction.objectStore('room');
  const [identity, meta, composer, entries, outbox] = await Promise.all([
    answered<StoredIdentity | undefined>(room.get('identity')),
    answered<Meta | undefined>(room.get('meta')),
    answered<string | undefined>(room.get('composer')),
    answered<Logged[]>(transaction.objectStore('entries').getAll()),
    answered<Outgoing[]>(transaction.objectStore('outbox').getAll()),
  ]);
  return { identity, composer: composer ?? '', snapshot: snapshotOf(meta, entries, outbox, read) };
}

function apply(transaction: IDBTransaction, change: StoreChange): void {
  const entries = transaction.objectStore('entries');
  const outbox = transaction.objectStore('outbox');
  if (change.type === 'meta') transaction.objectStore('room').put(change.meta, 'meta');
  else if (change.type === 'entries') for (const logged of change.entries) entries.put(keptOf(logged), keyOf(logged));
  else if (change.type === 'withdrawn') entries.delete(keyOf(change));
  else if (change.type === 'outgoing') for (const item of change.items) outbox.put(item);
  else for (const draft of change.drafts) outbox.delete(draft);
}

/** As the entry travels: of an encrypted one nobody reads here what it says. */
function keptOf({ entry, author }: Logged): Logged {
  return { entry, author };
}

async function trim(database: IDBDatabase): Promise<void> {
  const entries = database.transaction('entries').objectStore('entries');
  const surplus = (await answered(entries.count())) - KEPT_ENTRIES;
  if (surplus <= 0) return;
  const oldest = await answered(database.transaction('entries').objectStore('entries').getAllKeys(null, surplus));
  const last = oldest[oldest.length - 1];
  if (last === undefined) return;
  await transact(database, ['entries'], 'relaxed', (transaction) =>
    transaction.objectStore('entries').delete(IDBKeyRange.upperBound(last)),
  );
}

function keyOf({ entry }: Pick<Logged, 'entry'>): EntryKey {
  return [entry.clock[0], entry.clock[1], entry.replica, entry.seq, entry.id];
}
