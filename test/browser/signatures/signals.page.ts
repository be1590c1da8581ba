import { type ControlFrame, parseFrame, type SignalFrame } from '../../../protocol/frames.ts';
import type { RoomName } from '../../../protocol/ids.ts';
import { accept, refuse } from '../../../protocol/result.ts';
import type { Signal } from '../../../protocol/signals.ts';
import { openLinks } from '../../../widget/net/links.ts';
import { signSignal } from '../../../widget/net/signed-signals.ts';
import { linkWire } from '../../../widget/runtime/link-wire.ts';
import { browserPlatform } from '../../../widget/runtime/platform.ts';
import type { Identity, LinkKeys, LinkPaths } from '../../../widget/runtime/ports.ts';
import { Trust } from '../../../widget/runtime/trust.ts';
import { type PageRelay, pageRelay } from './page-relay.ts';

export interface Outcome {
  /** Codes of what the victim has dropped. */
  readonly codes: readonly string[];
  /** What could not even be read as a frame. */
  readonly unread: number;
  /** Whether the link that stood before stands, and carries frames. */
  readonly lives: boolean;
}

declare global {
  interface Window {
    link(): Promise<void>;
    attack(name: string): Promise<Outcome>;
    /** Lets so many ms pass for what is due, and tells how many links have closed since. */
    age(ms: number): Promise<number>;
  }
}

const ROOM = 'lobby' as RoomName;
const { subtle } = crypto;

let passed = 0;
const timers = new Set<{ readonly at: number; readonly run: () => void }>();
/** The browser's time, which can be moved on; far timers alone wait for that. */
const platform = {
  ...browserPlatform,
  now: () => browserPlatform.now() + passed,
  after(ms: number, run: () => void) {
    if (ms < 60_000) return browserPlatform.after(ms, run);
    const timer = { at: platform.now() + ms, run };
    timers.add(timer);
    return () => timers.delete(timer);
  },
};

class Side {
  readonly identity: Identity;
  readonly links: LinkPaths;
  readonly keys: LinkKeys;
  readonly codes: string[] = [];
  readonly heard: string[] = [];
  opened = 0;
  closed = 0;
  other: Side | undefined;
  /** What it has signed, as the relay has seen it. */
  readonly said: SignalFrame[] = [];

  constructor(identity: Identity, relay: PageRelay) {
    const trust = new Trust(subtle, ROOM, [relay.key]);
    this.identity = identity;
    this.keys = {
      room: ROOM,
      hash: (text) => trust.hash(text),
      sign: async (text) => ({ cert: identity.certificate() ?? '', sig: await identity.sign(text) }),
      async vouch(from, cert, text, sig) {
        const signer = await trust.signer(cert, text, sig);
        return signer?.replica === from ? accept(signer.certificate.until) : refuse('bad_signature', '');
      },
      whose: async () => undefined,
    };
    this.links = openLinks(
      identity.replica,
      {
        opened: () => (this.opened += 1),
        closed: () => (this.closed += 1),
        frame: (_replica, frame) => this.heard.push('kind' in frame ? frame.kind : 'entry'),
        signal: (_replica, frame) => {
          if (frame.kind === 'signal') this.said.push(frame);
          this.other?.take(this, frame);
        },
        clock: () => undefined,
        observe: (one) => {
          if (one.type === 'dropped') this.codes.push(one.code);
        },
      },
      platform,
      linkWire(platform, this.keys),
    );
  }

  /** What the relay says that somebody has signed, read as a client reads it. */
  take(from: Side, frame: unknown): boolean {
    const read = parseFrame(JSON.parse(JSON.stringify(frame)));
    if (read.ok && read.value && 'kind' in read.value) this.links.signalled(from.identity.replica, read.value);
    return read.ok && read.value !== undefined;
  }

  async sign(to: Side, signal: Signal, session: string, fingerprint: string): Promise<ControlFrame> {
    const header = { from: this.identity.replica, to: to.identity.replica, session, fingerprint };
    const frame = await signSignal(linkWire(platform, this.keys), header, signal);
    if (!frame) throw new Error('no certificate');
    return frame;
  }
}

let [ada, bob, mallory]: Side[] = [];

window.link = async () => {
  const relay = await pageRelay(ROOM);
  const identities = await Promise.all(['a', 'b', 'm'].map((name) => relay.identify(name, platform.now())));
  const [one, other, third] = identities
    .sort((a, b) => (a.replica < b.replica ? -1 : 1))
    .map((identity) => new Side(identity, relay));
  if (!one || !other || !third) throw new Error('no sides');
  // Of the two the one with the lower id makes the offer.
  [ada, bob, mallory] = [one, other, third];
  one.other = other;
  other.other = one;
  for (const [self, peer] of [
    [one, other],
    [other, one],
  ] as const)
    self.links.want([peer.identity.replica], [], true);
  await until(() => one.opened === 1 && other.opened === 1);
};

window.attack = async (name) => {
  if (!ada || !bob || !mallory) throw new Error('not linked');
  const [codesBefore, closedBefore] = [bob.codes.length, bob.closed];
  const offer = ada.said.find(({ signal }) => signal.type === 'offer');
  const candidate = ada.said.find(({ signal }) => signal.type === 'candidate' && signal.candidate.candidate !== '');
  if (!offer || !candidate || !('sdp' in offer.signal)) throw new Error('nothing was said');
  const { session, fingerprint } = offer;
  let unread = 0;
  const give = (frame: unknown) => {
    if (!bob?.take(ada as Side, frame)) unread += 1;
  };
  const sdp = (change: string) =>
    ({ ...offer.signal, sdp: `${(offer.signal as { sdp: string }).sdp}${change}` }) as Signal;
  switch (name) {
    case 'another’s':
      for (const signal of [offer.signal, candidate.signal, { type: 'renegotiate' } as const])
        give(await mallory.sign(bob, signal, session, fingerprint));
      break;
    case 'altered':
      give({ ...offer, signal: sdp('a=x:y\r\n') });
      give({ ...offer, session: 'another' });
      give({
        ...candidate,
        signal: { ...candidate.signal, candidate: { candidate: '', sdpMid: null, sdpMLineIndex: null } },
      });
      break;
    case 'replayed':
      for (const frame of ada.said) give(frame);
      break;
    case 'replayed in another link':
      for (const frame of ada.said) give({ ...frame, session: 'another' });
      break;
    case 'with another fingerprint': {
      const other = fingerprint.replace(/[0-9A-F]{2}$/, (last) => (last === 'AA' ? 'BB' : 'AA'));
      give(await ada.sign(bob, offer.signal, 'new', other));
      give(await ada.sign(bob, candidate.signal, session, other));
      const theirs = { ...offer.signal, sdp: offer.signal.sdp.replaceAll(fingerprint, other) } as Signal;
      give(await ada.sign(bob, theirs, session, other));
      break;
    }
    case 'media':
      give(await ada.sign(bob, sdp('m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n'), session, fingerprint));
      for (const type of ['transceiverRequest', 'destroy', 'rollback'])
        give({ ...offer, signal: { type, kind: 'audio' } });
      break;
    case 'malformed candidates':
      for (const line of ['x', 'candidate:\u0000', 'candidate:a\r\na=b'])
        give({
          ...candidate,
          signal: { type: 'candidate', candidate: { candidate: line, sdpMid: '0', sdpMLineIndex: 0 } },
        });
      for (const line of ['candidate:nonsense', 'candidate:1 1 udp x 1.2.3.4 9 typ host'])
        give(
          await ada.sign(
            bob,
            { type: 'candidate', candidate: { candidate: line, sdpMid: '0', sdpMLineIndex: 0 } },
            session,
            fingerprint,
          ),
        );
      break;
    case '10,000 candidates':
      for (let n = 0; n < 10_000; n += 1) {
        const line = `candidate:${n} 1 udp 1 192.0.2.${n % 250} ${1_024 + n} typ host`;
        const signal = { type: 'candidate', candidate: { candidate: line, sdpMid: '0', sdpMLineIndex: 0 } } as const;
        give(await ada.sign(bob, signal, session, fingerprint));
      }
      break;
    default:
      throw new Error(name);
  }
  // Whoever speaks behind all that is heard when it is done.
  const [saidByAda, heard] = [ada.said.length, bob.heard.length];
  await new Promise((resolve) => setTimeout(resolve, 200));
  ada.links.send(bob.identity.replica, { v: 1, kind: 'typing', on: true });
  const lives = await until(() => (bob?.heard.length ?? 0) > heard, 2_000).then(
    () => true,
    () => false,
  );
  return {
    codes: bob.codes.slice(codesBefore),
    unread,
    lives: lives && bob.closed === closedBefore && ada.said.length === saidByAda,
  };
};

window.age = async (ms) => {
  const closed = bob?.closed ?? 0;
  passed += ms;
  for (const timer of [...timers].filter(({ at }) => at <= platform.now())) {
    timers.delete(timer);
    timer.run();
  }
  await new Promise((resolve) => setTimeout(resolve, 200));
  return (bob?.closed ?? 0) - closed;
};

async function until(holds: () => boolean, deadline = 8_000): Promise<void> {
  for (const end = performance.now() + deadline; !holds(); await new Promise((resolve) => setTimeout(resolve, 10)))
    if (performance.now() > end) throw new Error('not in time');
}
