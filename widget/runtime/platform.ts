import { base64url } from './base64url.ts';
import type { Platform } from './ports.ts';

/** When this page's clock began by the wall's: from then on it runs evenly, whoever sets the device's clock meanwhile. */
const began = Date.now() - performance.now();

/** Drawn many at a time: asking for random bytes costs more than a transition of the room. */
let drawn = new Uint32Array();
let used = 0;

function random(): number {
  if (used === drawn.length) {
    drawn = globalThis.crypto.getRandomValues(new Uint32Array(64));
    used = 0;
  }
  used += 1;
  return (drawn[used - 1] ?? 0) / 2 ** 32;
}

export const browserPlatform: Platform = {
  now: () => Math.floor(began + performance.now()),
  random,
  randomId: () => base64url(globalThis.crypto.getRandomValues(new Uint8Array(16))),
  after(ms, run) {
    if (ms === Number.POSITIVE_INFINITY) return () => undefined; // setTimeout would take it for now
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** Whether this browser can open links at all. */
export function hasWebRtc(): boolean {
  return typeof RTCPeerConnection === 'function';
}
