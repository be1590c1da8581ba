import type { Signal } from '../../protocol/signals.ts';

/** A candidate (RFC 8839, section 5.1) by which its side is reached through a TURN server alone. */
const RELAYED = /^candidate:\S+ \d+ \S+ \d+ \S+ \d+ typ relay(?: |$)/;
/** The address behind a relayed candidate, as its own browser saw it. */
const BEHIND = / raddr \S+ rport \d+/;
const NOWHERE = ' raddr 0.0.0.0 rport 0';

/**
 * What of a signal may be said or heard where an address is to stay hidden: candidates through a TURN server alone, without
 * the addresses behind them. A browser that goes by `iceTransportPolicy` makes no others; a peer may send any, and trying
 * them would have the TURN server knock at addresses that the peer has chosen. Undefined: nothing is left.
 */
export function relayedOnly(signal: Signal): Signal | undefined {
  if (signal.type === 'renegotiate') return signal;
  if (signal.type !== 'candidate') return { ...signal, sdp: relayedSdp(signal.sdp) };
  const { candidate } = signal.candidate;
  // An empty one ends the list.
  if (candidate !== '' && !RELAYED.test(candidate)) return undefined;
  return { ...signal, candidate: { ...signal.candidate, candidate: candidate.replace(BEHIND, NOWHERE) } };
}

/** A description whose lines name no address but relayed ones. */
function relayedSdp(sdp: string): string {
  const lines = sdp.split(/\r\n|\n|\r/).flatMap((line) => {
    if (line.startsWith('a=candidate:')) return RELAYED.test(line.slice(2)) ? [line.replace(BEHIND, NOWHERE)] : [];
    if (line.startsWith('a=remote-candidates:') || line.startsWith('a=rtcp:')) return [];
    // The default candidate, and who made the session.
    return [line.replace(/\bIN IP[46] \S+$/, 'IN IP4 0.0.0.0').replace(/^m=application \d+ /, 'm=application 9 ')];
  });
  return lines.join('\r\n');
}
