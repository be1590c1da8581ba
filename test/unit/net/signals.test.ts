import { expect } from 'chai';
import type { Signal } from '../../../protocol/signals.ts';
import { SignalFilter } from '../../../widget/net/signals.ts';

const offer: Signal = { type: 'offer', sdp: 'v=0 offer' };
const answer: Signal = { type: 'answer', sdp: 'v=0 answer' };
const candidate = (n: number): Signal => ({
  type: 'candidate',
  candidate: { candidate: `candidate:${n} 1 udp 1 127.0.0.1 9 typ host`, sdpMid: '0', sdpMLineIndex: 0 },
});

describe('signals that reach simple-peer', () => {
  it('[LINK-1] are taken once each', () => {
    const filter = new SignalFilter(false, 64);
    expect(
      [offer, offer, candidate(1), candidate(1), candidate(2)].map((signal) => filter.admits(signal)),
    ).to.deep.equal([true, false, true, false, true]);
  });

  it('[LINK-1] are those that this side may get: answers for the initiator, offers for the other', () => {
    expect(new SignalFilter(true, 64).admits(offer)).to.equal(false);
    expect(new SignalFilter(true, 64).admits(answer)).to.equal(true);
    expect(new SignalFilter(false, 64).admits(answer)).to.equal(false);
    expect(new SignalFilter(false, 64).admits({ type: 'renegotiate' })).to.equal(false);
    expect(new SignalFilter(true, 64).admits({ type: 'renegotiate' })).to.equal(true);
  });

  it('[LINK-1] hold at most 64 candidates', () => {
    const filter = new SignalFilter(true, 64);
    const admitted = Array.from({ length: 100 }, (_, n) => filter.admits(candidate(n))).filter(Boolean);
    expect(admitted).to.have.length(64);
  });
});
