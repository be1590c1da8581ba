import type { ControlFrame, Frame, SignalFrame } from '../../protocol/frames.ts';
import type { ReplicaId } from '../../protocol/ids.ts';
import type { IceServer } from '../../protocol/join.ts';
import type { Signal } from '../../protocol/signals.ts';
import type { LinkEvents, LinkPaths, LinkWire, Platform } from '../runtime/ports.ts';
import { Link } from './link.ts';
import { SignalGate, signSignal } from './signed-signals.ts';

/** What stands between this replica and another: at most one attempt or open link, and when the next is due. */
interface Slot {
  link: Link | undefined;
  session: string;
  /** When the other side's certificate ends, local ms. */
  until: number;
  begunAt: number;
  failures: number;
  cancelRetry: (() => void) | undefined;
}

/** A link that was open is tried again within about this, ms. */
const SOON = 1_000;
/** An offer that has not come by then may have been lost, ms. */
const ASK_AFTER = 1_000;
/** Browsers refuse hundreds of connections at once; a mesh of 8 never needs as many attempts. */
const ATTEMPTS_AT_ONCE = 16;

/** Direct paths by simple-peer: of two replicas the one with the lower id initiates, so both never do. */
export function openLinks(self: ReplicaId, events: LinkEvents, platform: Platform, wire: LinkWire): LinkPaths {
  const slots = new Map<ReplicaId, Slot>();
  let wanted: ReadonlySet<ReplicaId> = new Set();
  let ice: readonly IceServer[] = [];
  let closed = false;
  /** Until when the relay takes no signals. */
  let restUntil = 0;

  const gate = new SignalGate(self, wire, (code) => events.observe({ type: 'dropped', what: 'signal', code }));
  let saying = Promise.resolve();
  const say = (replica: ReplicaId, session: string, signal: Signal, fingerprint: string) => {
    // One after the other: a candidate must not come before the description that it belongs to.
    saying = saying.then(async () => {
      const frame = await signSignal(wire, { from: self, to: replica, session, fingerprint }, signal);
      if (frame && !closed) events.signal(replica, frame);
    });
  };

  const see = (direction: 'in' | 'out', frame: Frame) =>
    events.observe({ type: 'frame', path: 'link', direction, kind: 'entry' in frame ? 'entry' : frame.kind });

  const slotOf = (replica: ReplicaId): Slot => {
    const slot = slots.get(replica) ?? {
      link: undefined,
      session: '',
      until: 0,
      begunAt: 0,
      failures: 0,
      cancelRetry: undefined,
    };
    slots.set(replica, slot);
    return slot;
  };

  const open = (replica: ReplicaId, session: string, initiator: boolean): Link => {
    const slot = slotOf(replica);
    slot.cancelRetry?.();
    slot.session = session;
    const begunAt = platform.now();
    slot.begunAt = begunAt;
    let openedAt: number | undefined;
    let fingerprint = '';
    let cancelEnd: (() => void) | undefined;
    const link: Link = new Link(
      { initiator, ice, platform, wire },
      {
        signal(signal) {
          if ('sdp' in signal) fingerprint = wire.fingerprintOf(signal.sdp) ?? '';
          say(replica, session, signal, fingerprint);
        },
        opened() {
          openedAt = platform.now();
          slot.failures = 0;
          // Its relay may be gone, which could renew it. Whoever still has one is linked with again.
          cancelEnd = platform.after(slot.until + wire.alone - openedAt, () => link.close());
          events.observe({ type: 'link', outcome: 'opened', ms: openedAt - begunAt });
          events.opened(replica);
        },
        frame(frame) {
          see('in', frame);
          events.frame(replica, frame);
        },
        observe: events.observe,
        closed() {
          cancelEnd?.();
          if (slot.link === link) {
            slot.link = undefined;
            if (!wanted.has(replica)) drop(replica);
            else if (initiator) retryLater(replica, openedAt !== undefined);
          }
          const outcome = openedAt === undefined ? 'failed' : 'closed';
          events.observe({ type: 'link', outcome, ms: platform.now() - (openedAt ?? begunAt) });
          if (openedAt !== undefined) events.closed(replica);
        },
      },
    );
    slot.link = link;
    return link;
  };

  const attempt = (replica: ReplicaId) => {
    const slot = slots.get(replica);
    if (closed || !slot || slot.link || self > replica) return;
    const opening = [...slots.values()].filter((other) => other.link && !other.link.open).length;
    if (opening >= ATTEMPTS_AT_ONCE || platform.now() < restUntil) return retryLater(replica, true);
    open(replica, platform.randomId(), true);
  };

  const replace = (replica: ReplicaId) => {
    const slot = slots.get(replica);
    const before = slot?.link;
    if (slot) slot.link = undefined;
    before?.close();
  };

  /** Begins anew what has not opened yet: its signals may have been lost with the path that was to carry them. */
  const attemptAnew = (replica: ReplicaId) => {
    const slot = slotOf(replica);
    if (slot.link?.open) return;
    slot.failures = 0;
    replace(replica);
    if (self < replica) return attempt(replica);
    slot.cancelRetry?.();
    slot.cancelRetry = platform.after(ASK_AFTER, () => ask(replica));
  };

  /** Whoever may not initiate asks for an offer, as the other side may think that it has made one or has a link. */
  const ask = (replica: ReplicaId) => {
    const slot = slots.get(replica);
    if (closed || slot?.link || !wanted.has(replica)) return;
    const rest = restUntil - platform.now();
    if (slot && rest > 0) {
      slot.cancelRetry = platform.after(rest + SOON * platform.random(), () => ask(replica));
      return;
    }
    const signal = { type: 'renegotiate' } as const;
    say(replica, platform.randomId(), signal, '');
  };

  const asked = (replica: ReplicaId) => {
    const slot = slotOf(replica);
    if (slot.link && platform.now() - slot.begunAt < ASK_AFTER) return; // the offer and the question have crossed
    replace(replica);
    attempt(replica);
  };

  /** A link that was open is tried again soon: more often than not the network only changed. */
  const retryLater = (replica: ReplicaId, soon: boolean) => {
    const slot = slots.get(replica);
    if (closed || !slot) return;
    const wait = soon ? SOON / 4 + SOON * platform.random() : wire.retryDelay(slot.failures);
    const delay = wait + Math.max(0, restUntil - platform.now());
    if (!soon) slot.failures += 1;
    slot.cancelRetry?.();
    slot.cancelRetry = platform.after(delay, () => attempt(replica));
  };

  const signalled = (from: ReplicaId, { session, signal }: SignalFrame, until: number) => {
    if (closed) return;
    const slot = slots.get(from);
    if (slot?.link && slot.session === session) {
      slot.until = until;
      return slot.link.signal(signal);
    }
    if (!wanted.has(from)) return;
    // A new session by the other side, whose turn it is to initiate: what stood here before is dead to it.
    if (signal.type === 'offer' && self > from) {
      if (!gate.isNew(from, session)) return;
      replace(from);
      const link = open(from, session, false);
      slotOf(from).until = until;
      link.signal(signal);
    } else if (signal.type === 'renegotiate' && self < from) asked(from);
  };

  const drop = (replica: ReplicaId) => {
    const slot = slots.get(replica);
    slots.delete(replica);
    slot?.cancelRetry?.();
    slot?.link?.close();
  };

  return {
    want(replicas, fresh, meshOpen) {
      wanted = new Set(replicas);
      for (const replica of [...slots.keys()]) {
        // Someone the relay no longer lists may still be linked: a live link outlives the list.
        if (!meshOpen || (!wanted.has(replica) && !slots.get(replica)?.link?.open)) drop(replica);
      }
      for (const replica of replicas) {
        if (!slots.has(replica) || fresh.includes(replica)) attemptAnew(replica);
      }
    },
    signalled(from, frame: ControlFrame) {
      if (closed || frame.kind !== 'signal' || !(wanted.has(from) || slots.has(from))) return;
      void gate.admit(from, frame).then((until) => {
        if (until !== undefined) signalled(from, frame, until);
      });
    },
    send(replica, frame) {
      if (slots.get(replica)?.link?.send(frame)) see('out', frame);
    },
    drop: (replica) => slots.get(replica)?.link?.close(),
    retryNow() {
      for (const replica of slots.keys()) attemptAnew(replica);
    },
    rest(ms) {
      restUntil = Math.max(restUntil, platform.now() + ms);
    },
    setIce(servers) {
      ice = servers;
    },
    close() {
      closed = true;
      for (const [replica, slot] of slots) {
        slot.link?.send({ v: 1, kind: 'bye' });
        drop(replica);
      }
    },
  };
}
