const WORKER = '/service-worker.js';

declare global {
  interface Window {
    /** As much of Trusted Types as is used here; what it makes stands for a string wherever one is asked for. */
    readonly trustedTypes?: {
      createPolicy(name: string, rules: { createScriptURL(): string }): { createScriptURL(url: string): string };
    };
  }
}

/** Lets the demo be opened again without any network: registers its service worker once the page has loaded. */
export function keepOffline(): void {
  if (!('serviceWorker' in navigator)) return;
  const register = () => {
    // The demo's policy asks for Trusted Types: this one knows a single address.
    const policy = window.trustedTypes?.createPolicy('natter-demo', { createScriptURL: () => WORKER });
    // A browser that will not have it (private windows, plain http) shows the demo with a network, as ever.
    navigator.serviceWorker.register(policy?.createScriptURL(WORKER) ?? WORKER).catch(() => undefined);
  };
  if (document.readyState === 'complete') register();
  else addEventListener('load', register, { once: true });
}
