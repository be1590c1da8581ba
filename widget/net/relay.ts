import type { RoomName } from '../../protocol/ids.ts';
import type { RefusalCode } from '../../protocol/refusals.ts';
import {
  type Identity,
  type JoinHello,
  type Platform,
  RECONNECT_HIDDEN,
  RECONNECT_VISIBLE,
  type RelayEvents,
  type RelayPath,
  retryDelay,
  type TokenSource,
} from '../runtime/ports.ts';
import { ANY, choiceAfter } from './carrier.ts';
import { RelaySession } from './relay-session.ts';
import { HEAD_START } from './transports.ts';

export interface RelayOptions {
  /** The relay's Bayeux address, e.g. `https://chat.example.com/bayeux`. */
  readonly endpoint: string;
  readonly room: RoomName;
  readonly identity: Identity;
  readonly platform: Platform;
  readonly login: TokenSource;
  hello(): JoinHello;
}

/** An attempt older than this may hang in what was wrong with the network before it came back, ms. */
const STALE_AFTER = 2_000;

/** How long the answer to a handshake may take, ms. */
const PATIENCE = 12_000;
/**
 * The same after a session has been lost, doubled with each failure to get another: browsers send the first request on a
 * connection that they kept, which is dead where the session's is, and only its end makes them open another.
 */
const PATIENCE_AFTER_LOSS = 4_000;

/** A token is renewed when so much of its time is gone, or so long before its end, whichever is later, ms. */
const RENEW_AFTER = 0.8;
const RENEW_BEFORE = 60_000;
/** Where the page could not renew it, ms. */
const RENEW_AGAIN = 5_000;
const LONGEST_TIMER = 2 ** 31 - 1;

/** Keeps one session with the relay alive: a session that ends is followed by a new one, after a jittered delay. */
export function openRelay(options: RelayOptions, events: RelayEvents): RelayPath {
  const { platform, login } = options;
  let session: RelaySession | undefined;
  let openedAt = 0;
  let everJoined = false;
  let choice = ANY;
  let joined = false;
  let failures = 0;
  let visible = true;
  let stopped = true;
  let cancelRetry: (() => void) | undefined;
  let cancelRenewal: (() => void) | undefined;
  /** The attempt that counts: one that the page has kept waiting for its token may have been overtaken. */
  let attempt = 0;
  /** The token that was refused since the last join, and why; empty: none at all. */
  let refused: { readonly token: string; readonly code: RefusalCode; readonly message: string } | undefined;

  const open = () => {
    cancelRetry?.();
    if (stopped) return;
    openedAt = platform.now();
    events.down();
    attempt += 1;
    const mine = attempt;
    const isMine = () => mine === attempt && !stopped;
    login.token(refused?.token).then(
      (token) => isMine() && begin(token),
      () => isMine() && retry(), // the page could not say who its visitor is
    );
  };

  const begin = (token: string | undefined) => {
    // Where the page has nothing better than what was refused, that refusal stands.
    if (refused && (token ?? '') === refused.token) return events.barred(refused.code, refused.message);
    const patience = everJoined ? Math.min(PATIENCE, PATIENCE_AFTER_LOSS * 2 ** Math.max(0, failures - 1)) : PATIENCE;
    const { carrier } = choice;
    const current = new RelaySession(
      { ...options, token, carrier, patience: patience + (carrier === 'either' ? HEAD_START : 0) },
      {
        ...events,
        joined(reply, now) {
          joined = true;
          everJoined = true;
          failures = 0;
          refused = undefined;
          renewAt(reply.expires === undefined ? undefined : reply.expires - now);
          events.joined(reply, now);
        },
        ended(barred, retryAfter) {
          if (session !== current) return;
          session = undefined;
          choice = choiceAfter(choice, current.past(joined), platform.now());
          joined = false;
          cancelRenewal?.();
          if (!barred) return retry(retryAfter);
          const isFirst = refused === undefined;
          if (/^(?:token_|guests_off)/.test(barred.code)) {
            refused = { token: token ?? '', ...barred };
            if (isFirst) return open();
          }
          events.barred(barred.code, barred.message);
        },
      },
    );
    session = current;
  };

  /** @param least ms that the relay asks to wait */
  const retry = (least = 0) => {
    cancelRetry?.();
    if (stopped) return;
    const delay = least + retryDelay(visible ? RECONNECT_VISIBLE : RECONNECT_HIDDEN, failures, platform.random());
    failures += 1;
    events.down(platform.now() + delay);
    cancelRetry = platform.after(delay, open);
  };

  /** Asks for the next token in time. @param left ms for which this one holds */
  const renewAt = (left: number | undefined) => {
    cancelRenewal?.();
    if (left === undefined) return;
    const wait = Math.max(left * RENEW_AFTER, left - RENEW_BEFORE);
    cancelRenewal = platform.after(Math.min(wait, LONGEST_TIMER), renew);
  };

  const renew = () => {
    const renewing = session;
    login.renew().then(
      (token) => {
        if (session === renewing && token !== undefined) void renewing?.join(token);
      },
      () => {
        if (session === renewing) cancelRenewal = platform.after(RENEW_AGAIN, renew);
      },
    );
  };

  /** The page has another token: the session goes on with it, or one begins. */
  const changed = () => {
    if (stopped) return;
    if (!joined) return path.reconnect();
    const renewing = session;
    login.token().then(
      (token) => session === renewing && (token === undefined ? renewing?.end() : void renewing?.join(token)),
      () => undefined, // the page could not say; the token that the session has may hold for a while
    );
  };
  let unwatch: (() => void) | undefined;

  const path: RelayPath = {
    start() {
      if (!stopped) return;
      stopped = false;
      unwatch = login.watch(changed);
      open();
    },
    publish: (channel, frame) => session?.publish(channel, frame),
    say: (draft, body) => session?.say(draft, body),
    reconnect() {
      if (stopped) return;
      failures = 0;
      if (joined) return session?.probe();
      if (session && platform.now() - openedAt < STALE_AFTER) return;
      const hung = session;
      session = undefined;
      if (hung) choice = choiceAfter(choice, hung.past(false), platform.now());
      hung?.end();
      open();
    },
    rejoin: () => void session?.join(),
    renew: () => void session?.renew(),
    setVisible(now) {
      const shown = now && !visible;
      visible = now;
      // A hidden page waits up to a minute; whoever looks now should not.
      if (shown && !session && !stopped) open();
    },
    async stop(silent) {
      stopped = true;
      unwatch?.();
      cancelRetry?.();
      cancelRenewal?.();
      const leaving = session;
      session = undefined;
      joined = false;
      if (silent) leaving?.end();
      else await leaving?.leave();
    },
  };
  return path;
}
