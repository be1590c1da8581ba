/** Lets the demo be opened again without any network: registers its service worker once the page has loaded. */
export function keepOffline(): void {
  if (!('serviceWorker' in navigator)) return;
  // A browser that will not have it (private windows, plain http) shows the demo with a network, as ever.
  const register = () => void navigator.serviceWorker.register('/service-worker.js').catch(() => undefined);
  if (document.readyState === 'complete') register();
  else addEventListener('load', register, { once: true });
}
