import { webcrypto } from 'node:crypto';
import { expect } from 'chai';
import type { SignalFrame } from '../../../protocol/frames.ts';
import type { ReplicaId, RoomName } from '../../../protocol/ids.ts';
import type { RefusalCode } from '../../../protocol/refusals.ts';
import { accept, refuse } from '../../../protocol/result.ts';
import type { Signal } from '../../../protocol/signals.ts';
import { SignalGate, signSignal } from '../../../widget/net/signed-signals.ts';
import { createKeys, identityOf } from '../../../widget/runtime/identity.ts';
import { linkWire } from '../../../widget/runtime/link-wire.ts';
import { browserPlatform } from '../../../widget/runtime/platform.ts';
import { Trust } from '../../../widget/runtime/trust.ts';
import { TestAuthority } from '../../support/certificate.ts';

const subtle = webcrypto.subtle as unknown as SubtleCrypto;
const ROOM = 'lobby' as RoomName;
const relay = new TestAuthority();
const UNTIL = relay.now + 900_000;
const described = (type: 'offer' | 'answer', fingerprint = 'AB:CD'): Signal => ({
  type,
  sdp: `v=0\r\na=fingerprint:sha-256 ${fingerprint}\r\nm=application 9 UDP/DTLS/SCTP x\r\n`,
});
const candidate: Signal = {
  type: 'candidate',
  candidate: { candidate: 'candidate:1 1 udp 1 192.0.2.1 9 typ host', sdpMid: '0', sdpMLineIndex: 0 },
};
const FINGERPRINT = 'sha-256 AB:CD';

/** One of two peers: signs what it sends, and has a gate for what comes. */
async function peer() {
  const identity = await identityOf(await createKeys(subtle), ROOM, subtle);
  identity.certified(relay.certify(ROOM, identity.publicKey));
  const trust = new Trust(subtle, ROOM, [relay.relayKey]);
  const wire = linkWire(browserPlatform, {
    room: ROOM,
    hash: (text) => trust.hash(text),
    sign: async (text) => ({ cert: identity.certificate() ?? '', sig: await identity.sign(text) }),
    async vouch(from, cert, text, sig) {
      const signer = await trust.signer(cert, text, sig);
      return signer?.replica === from ? accept(signer.certificate.until) : refuse('bad_signature', '');
    },
    whose: async () => undefined,
  });
  const codes: RefusalCode[] = [];
  const gate = new SignalGate(identity.replica, wire, (code) => codes.push(code));
  const sign = async (
    to: ReplicaId,
    signal: Signal,
    session = 's1',
    fingerprint = FINGERPRINT,
  ): Promise<SignalFrame> => {
    const frame = await signSignal(wire, { from: identity.replica, to, session, fingerprint }, signal);
    if (frame?.kind !== 'signal') throw new Error('not signed');
    return frame;
  };
  return { replica: identity.replica, gate, sign, codes };
}

describe('signed signals', () => {
  it('[CERT-10] are let through for whom and for which link they were signed, with the end of their certificate', async () => {
    const [ada, bob] = [await peer(), await peer()];
    for (const signal of [described('offer'), candidate, { type: 'renegotiate' } as const, described('answer')])
      expect(await bob.gate.admit(ada.replica, await ada.sign(bob.replica, signal)), signal.type).to.equal(UNTIL);
    expect(bob.codes).to.deep.equal([]);
  });

  it('[CERT-10] of another, altered, for another or for another link are dropped with a code', async () => {
    const [ada, bob, mallory] = [await peer(), await peer(), await peer()];
    const offer = await ada.sign(bob.replica, described('offer'));
    const mallorys = await mallory.sign(bob.replica, described('offer'));
    const forgeries: readonly SignalFrame[] = [
      { ...offer, session: 's2' },
      { ...offer, signal: described('answer') },
      { ...offer, signal: described('offer', 'EF:01') },
      { ...offer, fingerprint: 'sha-256 EF:01' },
      { ...offer, cert: mallorys.cert },
      { ...offer, sig: mallorys.sig },
      { ...offer, sig: 'A'.repeat(86) },
      { ...offer, cert: 'no certificate' },
      mallorys,
      await ada.sign(mallory.replica, described('offer')),
    ];
    for (const forgery of forgeries)
      expect(await bob.gate.admit(ada.replica, forgery), JSON.stringify(forgery)).to.equal(undefined);
    expect(bob.codes).to.deep.equal(forgeries.map(() => 'bad_signature'));
    expect(await bob.gate.admit(ada.replica, offer)).to.equal(UNTIL);
  });

  it('[CERT-10] of one link have one fingerprint, that of its description', async () => {
    const [ada, bob] = [await peer(), await peer()];
    const say = async (signal: Signal, session: string, fingerprint?: string) =>
      (await bob.gate.admit(ada.replica, await ada.sign(bob.replica, signal, session, fingerprint))) !== undefined;
    expect(await say(candidate, 's1'), 'a candidate of nothing').to.equal(false);
    expect(await say(described('offer'), 's1', 'sha-256 EF:01'), 'another than it brings').to.equal(false);
    expect(await say({ type: 'offer', sdp: 'v=0' }, 's1', ''), 'none').to.equal(false);
    expect(await say(described('offer'), 's1')).to.equal(true);
    expect(await say(candidate, 's1', 'sha-256 EF:01')).to.equal(false);
    expect(await say(described('offer', 'EF:01'), 's1', 'sha-256 EF:01'), 'another certificate later').to.equal(false);
    expect(await say(candidate, 's1')).to.equal(true);
    expect(await say(described('offer', 'EF:01'), 's2', 'sha-256 EF:01'), 'another link').to.equal(true);
  });

  it('[CERT-10] begin a link once, however often an offer is said again', async () => {
    const [ada, bob] = [await peer(), await peer()];
    expect([1, 2].map(() => bob.gate.isNew(ada.replica, 's1'))).to.deep.equal([true, false]);
    for (let n = 0; n < 300; n += 1) bob.gate.isNew(ada.replica, `more ${n}`);
    expect(bob.gate.isNew(ada.replica, 's1'), 'remembered are the newest').to.equal(true);
  });

  it('[CERT-10] are checked in the order in which they came, 256 at most waiting', async () => {
    const [ada, bob] = [await peer(), await peer()];
    const offer = await ada.sign(bob.replica, described('offer'));
    const order: number[] = [];
    const all = Array.from({ length: 300 }, (_, n) =>
      bob.gate.admit(ada.replica, offer).then((until) => until && order.push(n)),
    );
    await Promise.all(all);
    expect(order).to.deep.equal(Array.from({ length: 256 }, (_, n) => n));
    expect(bob.codes).to.deep.equal(Array.from({ length: 44 }, () => 'too_fast'));
  });
});
