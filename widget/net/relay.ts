import type { RoomName } from '../../protocol/ids.ts';
import {
  type Identity,
  type JoinHello,
  type Platform,
  RECONNECT_HIDDEN,
  RECONNECT_VISIBLE,
  type RelayEvents,
  type RelayPath,
  retryDelay,
} from '../runtime/ports.ts';
import { RelaySession } from './relay-session.ts';

export interface RelayOptions {
  /** The relay's Bayeux address, e.g. `https://chat.example.com/bayeux`. */
  readonly endpoint: string;
  readonly room: RoomName;
  readonly identity: Identity;
  readonly platform: Platform;
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

/** Keeps one session with the relay alive: a session that ends is followed by a new one, after a jittered delay. */
export function openRelay(options: RelayOptions, events: RelayEvents): RelayPath {
  const { platform } = options;
  let session: RelaySession | undefined;
  let openedAt = 0;
  let everJoined = false;
  let joined = false;
  let failures = 0;
  let visible = true;
  let stopped = true;
  let cancelRetry: (() => void) | undefined;

  const open = () => {
    cancelRetry?.();
    if (stopped) return;
    openedAt = platform.now();
    events.down();
    const patience = everJoined ? Math.min(PATIENCE, PATIENCE_AFTER_LOSS * 2 ** Math.max(0, failures - 1)) : PATIENCE;
    const current = new RelaySession(
      { ...options, patience },
      {
        ...events,
        joined(reply, now) {
          joined = true;
          everJoined = true;
          failures = 0;
          events.joined(reply, now);
        },
        ended(barred, retryAfter) {
          if (session !== current) return;
          session = undefined;
          joined = false;
          if (barred) events.barred(barred.code, barred.message);
          else retry(retryAfter);
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

  return {
    start() {
      if (!stopped) return;
      stopped = false;
      open();
    },
    publish: (channel, frame) => session?.publish(channel, frame),
    reconnect() {
      if (stopped) return;
      failures = 0;
      if (joined) return session?.probe();
      if (session && platform.now() - openedAt < STALE_AFTER) return;
      const hung = session;
      session = undefined;
      hung?.end();
      open();
    },
    rejoin: () => void session?.join(),
    setVisible(now) {
      const shown = now && !visible;
      visible = now;
      // A hidden page waits up to a minute; whoever looks now should not.
      if (shown && !session && !stopped) open();
    },
    async stop(silent) {
      stopped = true;
      cancelRetry?.();
      const leaving = session;
      session = undefined;
      joined = false;
      if (silent) leaving?.end();
      else await leaving?.leave();
    },
  };
}
