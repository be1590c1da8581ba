import type { Snapshot, Store, StoredRoom } from '../runtime/ports.ts';
import { indexedDbStore } from './indexed-db.ts';
import type { ReadCertificate } from './snapshot.ts';

export interface OpenedStore {
  readonly store: Store;
  readonly stored: StoredRoom;
  /** False where the browser keeps nothing for this page. */
  readonly durable: boolean;
}

/** Where nothing can be kept, or nothing may be: the room lives in its own state, and ends with the page. */
const FORGETFUL: Store = {
  load: async () => ({ identity: undefined, snapshot: undefined, composer: '' }),
  saveIdentity: async () => undefined,
  write: async () => undefined,
  saveComposer: async () => undefined,
  close: async () => undefined,
};

/**
 * Opens a room's store. A tab that does not hold the room's lock reads what is stored and then goes on in memory, as a
 * replica of its own: two tabs must never number messages of one replica.
 */
export async function openStore(name: string, owner: boolean, read?: ReadCertificate): Promise<OpenedStore> {
  try {
    const store = await indexedDbStore(name, read);
    const stored = await store.load();
    if (owner) return { store, stored, durable: true };
    await store.close();
    const borrowed: StoredRoom = {
      identity: undefined,
      composer: '',
      snapshot: stored.snapshot && withoutSelf(stored.snapshot),
    };
    return { store: FORGETFUL, stored: borrowed, durable: true };
  } catch {
    // Private mode, blocked or corrupt storage: the room works for as long as the page lives.
    return { store: FORGETFUL, stored: await FORGETFUL.load(), durable: false };
  }
}

/** What is kept of the room, and of whom this browser's visitor does not want to hear. */
function withoutSelf({ name, clock, have, entries, seen, away, earlier, rulings, blocked }: Snapshot): Snapshot {
  const room = { name, clock, have, entries, seen, away };
  const more = { ...(earlier && { earlier }), ...(rulings && { rulings }), ...(blocked && { blocked }) };
  return { ...room, ...more, seq: 0, prev: null, receipts: new Map(), outbox: [] };
}
