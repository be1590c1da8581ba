import type { Page } from 'playwright-core';

/** The name of the database that a page's room is kept in. */
export async function roomDatabase(page: Page): Promise<string> {
  const names = await page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name ?? ''));
  const found = names.find((name) => name.startsWith('natter/'));
  if (found === undefined) throw new Error(`no room among ${names.join(', ')}`);
  return found;
}

/** Makes `to` what `from` is, keys that can't be exported included. Nobody may have `to` open. */
export async function copyDatabase(page: Page, from: string, to: string): Promise<void> {
  await page.evaluate(
    async ([source, target]) => {
      // Without a name of its own: tsx would call a helper that the page does not have.
      const [answer] = [
        <T>(request: IDBRequest<T>) =>
          new Promise<T>((resolve, reject) => {
            request.onsuccess = () => resolve(request.result);
            request.onerror = () => reject(request.error);
            if (request instanceof IDBOpenDBRequest) request.onblocked = () => reject(new Error(`${target} is in use`));
          }),
      ] as const;
      const original = await answer(indexedDB.open(source));
      const read = original.transaction([...original.objectStoreNames]);
      const stores = await Promise.all(
        [...original.objectStoreNames].map(async (name) => {
          const store = read.objectStore(name);
          const [keys, values] = await Promise.all([answer(store.getAllKeys()), answer(store.getAll())]);
          return { name, keyPath: store.keyPath, keys, values };
        }),
      );
      const { version } = original;
      original.close();
      await answer(indexedDB.deleteDatabase(target));
      const opening = indexedDB.open(target, version);
      opening.onupgradeneeded = () => {
        for (const { name, keyPath } of stores) opening.result.createObjectStore(name, { keyPath });
      };
      const copy = await answer(opening);
      const write = copy.transaction([...copy.objectStoreNames], 'readwrite');
      for (const { name, keyPath, keys, values } of stores) {
        const store = write.objectStore(name);
        for (const [i, value] of values.entries()) {
          if (keyPath === null) store.put(value, keys[i]);
          else store.put(value);
        }
      }
      await new Promise((resolve) => write.addEventListener('complete', resolve));
      copy.close();
    },
    [from, to] as const,
  );
}

/** The composer's text as it is stored. */
export async function storedText(page: Page): Promise<unknown> {
  return page.evaluate(
    async (name) => {
      const opening = indexedDB.open(name);
      await new Promise((resolve) => opening.addEventListener('success', resolve));
      const reading = opening.result.transaction('room').objectStore('room').get('composer');
      await new Promise((resolve) => reading.addEventListener('success', resolve));
      opening.result.close();
      return reading.result;
    },
    await roomDatabase(page),
  );
}

/** What the page keeps of its rooms' entries, as text. */
export async function storedEntries(page: Page): Promise<string> {
  return page.evaluate(
    async (name) => {
      const opening = indexedDB.open(name);
      await new Promise((resolve) => opening.addEventListener('success', resolve));
      const reading = opening.result.transaction('entries').objectStore('entries').getAll();
      await new Promise((resolve) => reading.addEventListener('success', resolve));
      opening.result.close();
      return JSON.stringify(reading.result);
    },
    await entriesDatabase(page),
  );
}

/** The database of an encrypted room's entries: its keys are in another one. */
async function entriesDatabase(page: Page): Promise<string> {
  const names = await page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name ?? ''));
  const found = names.find((name) => /\/enc~3a[\w-]{22}$/.test(name));
  if (found === undefined) throw new Error(`no encrypted room among ${names.join(', ')}`);
  return found;
}
