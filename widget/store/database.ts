/** IndexedDB in promises: as much of it as a room's store needs. */

/** A browser that does not open a database by then, or write to one, is as good as one without storage, ms. */
const [OPENS_WITHIN, WRITES_WITHIN] = [3_000, 8_000] as const;

/** Opens a database, making its object stores on the first visit. Rejects where the browser refuses storage. */
export async function openDatabase(
  name: string,
  stores: Readonly<Record<string, IDBObjectStoreParameters>>,
): Promise<IDBDatabase> {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => {
    for (const [store, parameters] of Object.entries(stores)) request.result.createObjectStore(store, parameters);
  };
  const opened = answered(request);
  const database = await inTime(opened, OPENS_WITHIN).catch((error: unknown) => {
    // What opens after all must not stand in the way of others.
    void opened.then((unwanted) => unwanted.close()).catch(() => undefined);
    throw error;
  });
  database.onversionchange = () => database.close();
  return database;
}

export function answered<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Runs requests in one transaction, which holds all or none of them; resolves when they are durable or taken. */
export function transact(
  database: IDBDatabase,
  stores: readonly string[],
  durability: 'strict' | 'relaxed',
  run: (transaction: IDBTransaction) => void,
): Promise<void> {
  const written = new Promise<void>((resolve, reject) => {
    const transaction = database.transaction(stores, 'readwrite', { durability });
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
    try {
      run(transaction);
    } catch (error) {
      transaction.abort(); // what was asked before would be kept
      throw error;
    }
    transaction.commit(); // a page that is about to go would abort what waits for its last event
  });
  return inTime(written, WRITES_WITHIN);
}

/** In two halves: a page that was frozen in between hears of a timer before it hears of its storage. */
function inTime<T>(answer: Promise<T>, ms: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout>;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      timer = setTimeout(reject, ms / 2, new Error('no answer'));
    }, ms / 2);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
