import type { ControlFrame, Frame, FrameOf } from '../../protocol/frames.ts';
import type { ReplicaId } from '../../protocol/ids.ts';
import { type Refused, refuse } from '../../protocol/result.ts';
import type { LinkEvents, LinkPaths, LinkWire, OpenLinks, Platform } from '../runtime/ports.ts';
import { CodeDesk } from './code-desk.ts';
import type { Link } from './link.ts';

/** Links to others at most, which is what a full mesh of 8 takes. */
const MOST = 7;
/** Signals that are passed on for one peer in so long (ms); a link takes some ten. */
const PASSED_ON = 300;
const PASSED_WITHIN = 60_000;

/** The links' chunk, which comes on its own. */
export interface LinkParts {
  readonly openLinks: OpenLinks;
  readonly Link: new (...about: ConstructorParameters<typeof Link>) => Link;
}

/** Whoever has invited this one tells it the clock within this time, ms, and says no more than so many frames before. */
const SETTLES_WITHIN = 10_000;
const EARLY = 100;

/** Somebody to whom a code has opened a link. */
interface Direct {
  readonly link: Link;
  /** What came before it was told whose clock counts; undefined from then on. */
  early: Frame[] | undefined;
}

/**
 * The links of a room without a relay. The first to somebody is opened by codes (code-desk.ts); from then on members tell
 * each other whom they are linked with and pass signals on, one step, so that all who are in it link with all.
 */
export function openLocalLinks(
  { openLinks, Link }: LinkParts,
  self: ReplicaId,
  events: LinkEvents,
  platform: Platform,
  wire: LinkWire,
): LinkPaths {
  const direct = new Map<ReplicaId, Direct>();
  /** Linked with by signals that others have passed on. */
  const introduced = new Set<ReplicaId>();
  /** Whom each peer is linked with, as it says. */
  const told = new Map<ReplicaId, ReadonlySet<ReplicaId>>();
  const passed = new Map<ReplicaId, { readonly since: number; count: number }>();
  let ahead = 0;
  let closed = false;

  const isLinked = (replica: ReplicaId) => direct.get(replica)?.early === undefined && direct.has(replica);
  const linked = () => [...direct.keys(), ...introduced];

  const say = (replica: ReplicaId, frame: Frame) => {
    const way = direct.get(replica);
    if (!way) return inner.send(replica, frame);
    if (way.link.send(frame)) see('out', frame);
  };

  const see = (direction: 'in' | 'out', frame: Frame) =>
    events.observe({ type: 'frame', path: 'link', direction, kind: 'entry' in frame ? 'entry' : frame.kind });

  /** Tells everyone whom this replica is linked with, and wants links with whomever they are. */
  const spread = (invited?: ReplicaId) => {
    if (closed) return;
    const all = linked();
    for (const replica of all) {
      const replicas = all.filter((other) => other !== replica);
      const now = replica === invited ? { now: platform.now() + ahead } : {};
      say(replica, { v: 1, kind: 'peers', replicas, ...now });
    }
    meet();
  };

  const meet = (fresh: readonly ReplicaId[] = []) => {
    const heardOf = new Set([...told.values()].flatMap((replicas) => [...replicas]));
    const wanted = [...heardOf].filter((replica) => replica !== self && !direct.has(replica));
    inner.want(wanted.slice(0, Math.max(0, MOST - direct.size)), fresh, true);
  };

  const gone = (replica: ReplicaId) => {
    told.delete(replica);
    passed.delete(replica);
    events.closed(replica);
    spread();
  };

  const heard = (from: ReplicaId, frame: Frame) => {
    if ('entry' in frame) return events.frame(from, frame);
    if (frame.kind === 'peers') return introduce(from, frame);
    if (frame.kind === 'signal') return pass(from, frame);
    events.frame(from, frame);
  };

  const introduce = (from: ReplicaId, { replicas }: FrameOf<'peers'>) => {
    const before = told.get(from);
    told.set(from, new Set(replicas));
    meet(replicas.filter((replica) => !before?.has(replica)));
  };

  /** A signal is for this replica, or for somebody whom it is linked with. */
  const pass = (from: ReplicaId, { to, ...frame }: FrameOf<'signal'>) => {
    if (to !== undefined && to !== self) {
      if (linked().includes(to) && mayPass(from)) say(to, { ...frame, from });
    } else if (frame.from && told.get(from)?.has(frame.from)) inner.signalled(frame.from, frame);
  };

  const mayPass = (from: ReplicaId): boolean => {
    const minute = passed.get(from);
    const now = platform.now();
    const current = minute && now - minute.since < PASSED_WITHIN ? minute : { since: now, count: 0 };
    current.count += 1;
    passed.set(from, current);
    return current.count <= PASSED_ON;
  };

  const carry = (to: ReplicaId, frame: ControlFrame) => {
    const [carrier] = [...told].find(([peer, replicas]) => replicas.has(to) && linked().includes(peer)) ?? [];
    if (carrier && frame.kind === 'signal') say(carrier, { ...frame, to });
  };

  const inner = openLinks(
    self,
    {
      opened(replica) {
        introduced.add(replica);
        events.opened(replica);
        spread();
      },
      closed(replica) {
        if (introduced.delete(replica)) gone(replica);
      },
      frame: heard,
      signal: carry,
      clock: events.clock,
      observe: events.observe,
    },
    platform,
    wire,
  );

  const desk = new CodeDesk({
    self,
    platform,
    wire,
    observe: events.observe,
    openLink: (options, listener) => new Link(options, listener),
    refuses: (replica) => refusal(replica),
    ahead: () => ahead,
    opened(replica, link, kind) {
      if (linked().includes(replica)) return link.close(); // another way was quicker
      // Whoever was invited goes by the inviter's clock, and says nothing before it knows that.
      const isInvited = kind === 'answer' && linked().length === 0;
      direct.set(replica, { link, early: isInvited ? [] : undefined });
      if (!isInvited) events.opened(replica);
      else {
        platform.after(SETTLES_WITHIN, () => {
          const way = direct.get(replica);
          if (way?.link === link && way.early) link.close();
        });
      }
      spread(kind === 'invitation' ? replica : undefined);
    },
    frame(replica, frame) {
      see('in', frame);
      const way = direct.get(replica);
      if (!way?.early) return heard(replica, frame);
      if (way.early.length >= EARLY) return way.link.close();
      way.early.push(frame);
      if (!('entry' in frame) && frame.kind === 'peers') settle(replica, way, frame.now);
    },
    closed(replica, link) {
      const way = direct.get(replica);
      if (way?.link !== link) return;
      direct.delete(replica);
      gone(replica);
    },
  });

  const settle = (replica: ReplicaId, way: Direct, now: number | undefined) => {
    if (now !== undefined) {
      ahead = now - platform.now();
      events.clock(ahead);
    }
    const { early = [] } = way;
    way.early = undefined;
    events.opened(replica);
    for (const frame of early) heard(replica, frame);
  };

  const refusal = (replica?: ReplicaId): Refused | undefined => {
    if (replica !== undefined && linked().includes(replica)) return refuse('code_linked', 'linked already');
    return linked().length < MOST ? undefined : refuse('code_full', 'the room is full');
  };

  return {
    want: () => undefined,
    signalled: () => undefined,
    send(replica, frame) {
      if (introduced.has(replica) || isLinked(replica)) say(replica, frame);
    },
    drop(replica) {
      direct.get(replica)?.link.close();
      inner.drop(replica);
    },
    retryNow: () => inner.retryNow(),
    rest: () => undefined,
    setIce: () => undefined,
    code: (request) => desk.handle(request),
    close() {
      closed = true;
      desk.close();
      for (const { link } of direct.values()) {
        link.send({ v: 1, kind: 'bye' });
        link.close();
      }
      inner.close();
    },
  };
}
