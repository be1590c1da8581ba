import type { Ring, RingStore } from '../runtime/encryption/room-keys.ts';
import { answered, openDatabase, transact } from './database.ts';

/** Keys of encrypted rooms by the rooms' names. They are as safe here as the page's own data, and no safer. */
export function ringStore(database: string, name: string): RingStore {
  const opened = openDatabase(database, { rings: {} });
  opened.catch(() => undefined); // whoever loads or saves hears of it
  return {
    async load() {
      const rings = (await opened).transaction('rings').objectStore('rings');
      return (await answered<readonly Ring[] | undefined>(rings.get(name))) ?? [];
    },
    async save(all) {
      await transact(await opened, ['rings'], 'strict', (transaction) =>
        transaction.objectStore('rings').put(all, name),
      );
    },
  };
}
