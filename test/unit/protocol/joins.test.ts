import { expect } from 'chai';
import { parseHandshakeReply } from '../../../protocol/handshake.ts';
import { isIceServer, parseJoinReply, parseJoinRequest } from '../../../protocol/join.ts';
import { parseSignal } from '../../../protocol/signals.ts';

const replica = 'r'.repeat(22);
const request = { key: 'k'.repeat(87), proof: 'p'.repeat(86) };
const self = { user: `g-${replica}`, name: 'Ada', replica, rtc: true };
const reply = {
  self,
  members: [self],
  count: 1,
  entries: [],
  more: false,
  recovered: false,
  epoch: 'e1',
  offset: 0,
  floor: 0,
  have: {},
  settings: { history: 1000, mesh: 8 },
  ice: [],
  certificate: 'a.certificate',
  relayKey: 'k'.repeat(87),
  proofs: [],
  rulings: [],
};

function codeOf(result: { readonly ok: boolean; readonly code?: string }): string | undefined {
  return result.ok ? undefined : result.code;
}

describe('joins', () => {
  it('[JOIN-1] bring a key and its proof', () => {
    expect(parseJoinRequest(request)).to.deep.equal({ ok: true, value: { ...request, rtc: false, have: new Map() } });
    const cursor = { epoch: 'e', offset: 3, id: 'i'.repeat(43) };
    const full = parseJoinRequest({ ...request, rtc: true, name: ' Ada ', cursor, have: { [replica]: [[1, 2]] } });
    expect(full).to.deep.equal({
      ok: true,
      value: { ...request, rtc: true, name: 'Ada', cursor, have: new Map([[replica, [[1, 2]]]]) },
    });
  });

  it('[JOIN-1] a bad key, proof, cursor or have refuses them, a bad name is left out', () => {
    const bad: readonly object[] = [
      { key: undefined },
      { key: 'k' },
      { proof: undefined },
      { proof: `${'p'.repeat(85)}+` },
      { cursor: {} },
      { cursor: { epoch: 'e', offset: -1, id: 'i'.repeat(43) } },
      { cursor: { epoch: 'e', offset: 1, id: 'i' } },
      { have: [] },
      { have: { x: [[1, 1]] } },
    ];
    for (const change of bad)
      expect(codeOf(parseJoinRequest({ ...request, ...change })), JSON.stringify(change)).to.equal('malformed');
    expect(parseJoinRequest({ ...request, name: '\u0000', cursor: null, rtc: 1 })).to.deep.equal(
      parseJoinRequest(request),
    );
  });

  it('[JOIN-2] replies are read whole or refused', () => {
    expect(parseJoinReply(JSON.parse(JSON.stringify(reply)))).to.deep.equal({ ok: true, value: reply });
    const bad: readonly object[] = [
      { self: {} },
      { members: {} },
      { members: [{}] },
      { members: Array.from({ length: 201 }, () => self) },
      { entries: [{}] },
      { have: null },
      { count: -1 },
      { offset: undefined },
      { floor: 'x' },
      { epoch: '' },
      { settings: {} },
      { certificate: null },
      { certificate: 'x'.repeat(2_561) },
      { relayKey: 'k' },
      { proofs: {} },
      { settings: { history: 1, mesh: -1 } },
    ];
    for (const change of bad)
      expect(codeOf(parseJoinReply({ ...reply, ...change })), JSON.stringify(change)).to.equal('malformed');
  });

  it('[JOIN-2] ICE servers are STUN and TURN alone', () => {
    const stun = { urls: 'stun:stun.example.com' };
    const turn = { urls: ['turn:a.example:3478', 'turns:a.example'], username: 'u', credential: 'c' };
    const ice = [stun, turn, { urls: 'https://x' }, { urls: [] }, { urls: 'turn:x', username: 7 }, null];
    const parsed = parseJoinReply({ ...reply, ice });
    expect(parsed.ok && parsed.value.ice).to.deep.equal([stun, turn]);
    expect(isIceServer({ urls: [7] })).to.equal(false);
  });

  it('[JOIN-2] a handshake reply has its secret, nonce and time', () => {
    const handshake = { session: 's', nonce: 'n', now: 1 };
    expect(parseHandshakeReply({ ...handshake, x: 1 })).to.deep.equal({ ok: true, value: handshake });
    for (const bad of [null, { ...handshake, session: 1 }, { ...handshake, nonce: null }, { ...handshake, now: 1.5 }]) {
      expect(codeOf(parseHandshakeReply(bad))).to.equal('malformed');
    }
  });
});

describe('signals', () => {
  const sdp = 'v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n';
  const line = 'candidate:1 1 udp 2113937151 192.0.2.1 54400 typ host';

  it('[SIGNAL-1] a description carries data and no media', () => {
    for (const type of ['offer', 'answer']) {
      expect(parseSignal({ type, sdp, x: 1 })).to.deep.equal({ ok: true, value: { type, sdp } });
      for (const media of ['audio', 'video', 'text', 'applicationx']) {
        const other = `${sdp}m=${media} 9 UDP/TLS/RTP/SAVPF 111\r\n`;
        expect(codeOf(parseSignal({ type, sdp: other })), media).to.equal('malformed');
      }
      expect(codeOf(parseSignal({ type, sdp: `${sdp}${'a'.repeat(16 * 1024)}` }))).to.equal('too_large');
      for (const bad of [undefined, '', 'x', 7]) expect(codeOf(parseSignal({ type, sdp: bad }))).to.equal('malformed');
    }
    for (const bad of [null, [], { type: 'pranswer', sdp }, { type: 'rollback' }, {}]) {
      expect(codeOf(parseSignal(bad))).to.equal('malformed');
    }
    expect(parseSignal({ type: 'renegotiate', sdp })).to.deep.equal({ ok: true, value: { type: 'renegotiate' } });
  });

  it('[SIGNAL-2] a candidate is one printable line with a small index', () => {
    const candidate = { candidate: line, sdpMid: '0', sdpMLineIndex: 0 };
    expect(parseSignal({ type: 'candidate', candidate })).to.deep.equal({
      ok: true,
      value: { type: 'candidate', candidate },
    });
    expect(parseSignal({ type: 'candidate', candidate: { candidate: '' } })).to.deep.equal({
      ok: true,
      value: { type: 'candidate', candidate: { candidate: '', sdpMid: null, sdpMLineIndex: null } },
    });
    const bad: readonly unknown[] = [
      null,
      'x',
      {},
      { candidate: 'x' },
      { candidate: `${line}\r\na=x` },
      { candidate: `candidate:${'1'.repeat(1001)}` },
      { ...candidate, sdpMid: 7 },
      { ...candidate, sdpMid: 'm'.repeat(33) },
      { ...candidate, sdpMLineIndex: 16 },
      { ...candidate, sdpMLineIndex: -1 },
      { ...candidate, sdpMLineIndex: '0' },
    ];
    for (const value of bad)
      expect(codeOf(parseSignal({ type: 'candidate', candidate: value })), JSON.stringify(value)).to.equal('malformed');
  });
});
