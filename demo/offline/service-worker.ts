/** Keeps the demo pages and the widget's files, so that both are there without any network. */

declare const self: ServiceWorkerGlobalScope;
/** Given by the build: the widget's version, and the paths of all that the demo is made of. */
declare const NATTER_VERSION: string;
declare const NATTER_DEMO_PATHS: readonly string[];

const PREFIX = 'natter-demo-';
const CACHE = PREFIX + NATTER_VERSION;
/** Never changes under its name, so what is kept is as good as what the server has. */
const EXACT = `/v${NATTER_VERSION}/`;
const FLOATING = '/v1/natter.js';
/** A network that gives no answer by then is none, where there is a copy to show, ms. */
const ANSWERS_WITHIN = 3_000;

self.addEventListener('install', (event) => event.waitUntil(keepAll()));
self.addEventListener('activate', (event) => event.waitUntil(dropOthers()));
self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin) return;
  // All else is the relay's to answer, or nobody's: Bayeux, health, metrics.
  if (pathname.startsWith(EXACT)) event.respondWith(keptElseFresh(request));
  else if (pathname === FLOATING || NATTER_DEMO_PATHS.includes(pathname))
    event.respondWith(freshElseKept(request, pathname));
});

async function keepAll(): Promise<void> {
  const listed = await fetch(`${EXACT}files.json`, { cache: 'reload' });
  const files: readonly string[] = await listed.json();
  const cache = await caches.open(CACHE);
  await cache.addAll([...NATTER_DEMO_PATHS, FLOATING, ...files.map((file) => EXACT + file)]);
  await self.skipWaiting();
}

async function dropOthers(): Promise<void> {
  const others = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(others.map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function keptElseFresh(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request, { ignoreVary: true });
  if (kept) return kept;
  const fresh = await fetch(request);
  if (fresh.ok) await cache.put(request, fresh.clone());
  return fresh;
}

/** A page is kept by its path alone: its query is for its script to read. */
async function freshElseKept(request: Request, path: string): Promise<Response> {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(path, { ignoreVary: true });
  const asked = fetch(request).then(async (fresh) => {
    if (fresh.ok) await cache.put(path, fresh.clone());
    return fresh;
  });
  if (!kept) return asked;
  const late = new Promise<Response>((resolve) => setTimeout(resolve, ANSWERS_WITHIN, kept));
  // A proxy whose relay is gone answers for it.
  const fresh = asked.then((response) => (response.status < 500 ? response : kept)).catch(() => kept);
  return Promise.race([fresh, late]);
}
