import { base64url } from './base64url.ts';
import type { Platform } from './ports.ts';

/** When this page's clock began by the wall's: from then on it runs evenly, whoever sets the device's clock meanwhile. */
const began = Date.now() - performance.now();

export const browserPlatform: Platform = {
  now: () => Math.floor(began + performance.now()),
  random: () => (globalThis.crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32,
  randomId: () => base64url(globalThis.crypto.getRandomValues(new Uint8Array(16))),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** Whether this browser can open links at all. */
export function hasWebRtc(): boolean {
  return typeof RTCPeerConnection === 'function';
}
