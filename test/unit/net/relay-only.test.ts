import { expect } from 'chai';
import type { Signal } from '../../../protocol/signals.ts';
import { relayedOnly } from '../../../widget/net/relay-only.ts';

const HOST = 'candidate:1 1 udp 2122260223 192.168.1.7 50000 typ host generation 0 ufrag abcd network-id 1';
const MDNS = 'candidate:2 1 udp 2122260223 1b2c3d4e-0000-4000-8000-123456789abc.local 50001 typ host';
const SRFLX = 'candidate:3 1 udp 1686052607 198.51.100.9 50000 typ srflx raddr 192.168.1.7 rport 50000';
const PRFLX = 'candidate:4 1 udp 1686052607 198.51.100.9 50002 typ prflx raddr 192.168.1.7 rport 50000';
const TCP = 'candidate:5 1 tcp 1518280447 192.168.1.7 9 typ host tcptype active';
const RELAY = 'candidate:6 1 udp 41885439 203.0.113.5 60000 typ relay raddr 198.51.100.9 rport 50000 generation 0';
const RELAY_BARE = 'candidate:7 1 udp 41885439 203.0.113.5 60001 typ relay';
/** Says relay where only its name is one. */
const POSING = 'candidate:8 1 udp 1 192.168.1.7 50000 typ host ufrag typ-relay x relay';
const POSING_TWICE = 'candidate:9 1 udp 1 192.168.1.7 50000 typ host generation 0 typ relay';

const candidate = (text: string): Signal => ({
  type: 'candidate',
  candidate: { candidate: text, sdpMid: '0', sdpMLineIndex: 0 },
});

function textOf(signal: Signal | undefined): string | undefined {
  return signal?.type === 'candidate' ? signal.candidate.candidate : undefined;
}

describe('signals of a link that hides the address', () => {
  it('[ICE-5] carry candidates by TURN alone, without the address behind them', () => {
    for (const other of [HOST, MDNS, SRFLX, PRFLX, TCP, POSING, POSING_TWICE])
      expect(relayedOnly(candidate(other)), other).to.equal(undefined);
    expect(textOf(relayedOnly(candidate(RELAY)))).to.equal(
      'candidate:6 1 udp 41885439 203.0.113.5 60000 typ relay raddr 0.0.0.0 rport 0 generation 0',
    );
    expect(textOf(relayedOnly(candidate(RELAY_BARE)))).to.equal(RELAY_BARE);
    expect(relayedOnly(candidate(''))).to.deep.equal(candidate(''));
    expect(relayedOnly({ type: 'renegotiate' })).to.deep.equal({ type: 'renegotiate' });
  });

  it('[ICE-5] hold no address in their descriptions, and else what they held', () => {
    const lines = [
      ...['v=0', 'o=- 46117317 2 IN IP4 192.168.1.7', 's=-', 't=0 0', 'a=group:BUNDLE 0'],
      ...[
        'm=application 50000 UDP/DTLS/SCTP webrtc-datachannel',
        'c=IN IP6 2001:db8::7',
        'a=rtcp:50000 IN IP4 192.168.1.7',
      ],
      ...[HOST, SRFLX, RELAY].map((line) => `a=${line}`),
      ...['a=remote-candidates:1 192.168.1.7 50000', 'a=end-of-candidates', 'a=ice-ufrag:abcd', 'a=ice-pwd:secret'],
      ...['a=fingerprint:sha-256 AA:BB', 'a=setup:actpass', 'a=mid:0', 'a=sctp-port:5000', ''],
    ];
    const signal = relayedOnly({ type: 'offer', sdp: lines.join('\r\n') });
    expect(signal?.type === 'offer' && signal.sdp.split('\r\n')).to.deep.equal([
      ...['v=0', 'o=- 46117317 2 IN IP4 0.0.0.0', 's=-', 't=0 0', 'a=group:BUNDLE 0'],
      ...['m=application 9 UDP/DTLS/SCTP webrtc-datachannel', 'c=IN IP4 0.0.0.0'],
      'a=candidate:6 1 udp 41885439 203.0.113.5 60000 typ relay raddr 0.0.0.0 rport 0 generation 0',
      ...['a=end-of-candidates', 'a=ice-ufrag:abcd', 'a=ice-pwd:secret', 'a=fingerprint:sha-256 AA:BB'],
      ...['a=setup:actpass', 'a=mid:0', 'a=sctp-port:5000', ''],
    ]);
  });

  it('[ICE-5] have descriptions with any line ends read, and lone lines of every kind of candidate', () => {
    for (const end of ['\n', '\r\n', '\r']) {
      const signal = relayedOnly({ type: 'answer', sdp: ['v=0', `a=${HOST}`, `a=${RELAY}`, 'a=mid:0'].join(end) });
      expect(signal?.type === 'answer' && signal.sdp).to.not.match(/typ host|192\.168|198\.51/);
    }
  });
});
