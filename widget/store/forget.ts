/** Deletes what is stored of all rooms whose databases' names begin so. Other tabs give theirs up. */
export async function forgetRooms(prefix: string): Promise<void> {
  forgetSession(prefix);
  const known = await indexedDB.databases().catch(() => []); // no storage here: nothing is kept
  await Promise.all(known.map(({ name }) => (name?.startsWith(prefix) ? drop(name) : undefined)));
}

/** What a page that is not secure has kept in this tab. */
function forgetSession(prefix: string): void {
  try {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(prefix)) sessionStorage.removeItem(key);
  } catch {
    // Blocked: nothing is kept.
  }
}

/** One that is still open is deleted as soon as it is closed. */
function drop(name: string): Promise<void> {
  return new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = () => resolve();
    request.onerror = request.onsuccess;
    request.onblocked = request.onsuccess;
  });
}
