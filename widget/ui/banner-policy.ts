import type { ConnectionView } from '../core/view.ts';

/** What the connection banner says. */
export type BannerState =
  | { readonly kind: 'none' }
  | { readonly kind: 'offline' }
  /** `seconds` until the next try; absent while one is under way. */
  | { readonly kind: 'down'; readonly seconds?: number }
  | { readonly kind: 'back'; readonly until: number };

/** A dropped relay is mentioned only when it stays away this long, ms: most drops heal unseen. */
export const DOWN_GRACE = 5_000;
/** How long "Back online" stays, ms. */
export const BACK_TIME = 2_000;

export const NO_BANNER: BannerState = { kind: 'none' };

/** The banner at `now` (ms since 1970), given what it said before. */
export function stepBanner(before: BannerState, connection: ConnectionView, now: number): BannerState {
  if (connection.state === 'browser-offline') return { kind: 'offline' };
  const wasShown = before.kind === 'offline' || before.kind === 'down';
  if (connection.state === 'down') {
    if (!wasShown && now - connection.since < DOWN_GRACE) return NO_BANNER;
    const { retryAt } = connection;
    return retryAt === undefined || retryAt <= now
      ? { kind: 'down' }
      : { kind: 'down', seconds: Math.ceil((retryAt - now) / 1000) };
  }
  if (wasShown) return { kind: 'back', until: now + BACK_TIME };
  return before.kind === 'back' && now < before.until ? before : NO_BANNER;
}

/** When (ms since 1970) time alone changes the banner; undefined where only the connection can. */
export function nextBannerChange(banner: BannerState, connection: ConnectionView, now: number): number | undefined {
  if (banner.kind === 'back') return banner.until;
  if (connection.state !== 'down') return undefined;
  if (banner.kind === 'none') return connection.since + DOWN_GRACE;
  if (banner.kind !== 'down' || banner.seconds === undefined || connection.retryAt === undefined) return undefined;
  return Math.max(now + 50, connection.retryAt - (banner.seconds - 1) * 1000);
}
