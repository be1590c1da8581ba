import type { WireName } from './wires/wires.ts';

/** A server that is measured, and how its clients speak. */
export interface Contender {
  readonly name: string;
  /** Its module and flags. */
  readonly server: readonly [file: string, ...flags: readonly string[]];
  readonly wire: WireName;
  /** Characters of a text; undefined: those of a chat message. */
  readonly textLength?: number;
  /** Messages under way at most, while saturating; undefined: 200. */
  readonly window?: number;
}

const NATTER: Contender = { name: 'natter', server: ['natter.ts'], wire: 'natter' };
const NO_HISTORY: Contender = { ...NATTER, name: 'natter, no history', server: ['natter.ts', '--no-history'] };
const OWN_KEYS: Contender = { ...NATTER, name: 'natter, own keys', wire: 'natter, own keys' };
const FAYE: Contender = { name: 'stock faye', server: ['faye.ts'], wire: 'faye' };
const SOCKET_IO: Contender = { name: 'socket.io', server: ['socket-io.ts'], wire: 'socket.io' };
const RAW: Contender = { name: 'raw ws', server: ['raw-ws.ts'], wire: 'plain' };
const COALESCING: Contender = {
  ...{ name: 'raw ws, coalescing', server: ['raw-ws-coalescing.ts'], wire: 'plain lists' },
};
/** With as many bytes in a message as an entry of Natter's has. */
const HEAVY: Contender = { ...COALESCING, name: 'raw ws, coalescing, 785 bytes', textLength: 773 };

/** The same of another build, where it is a relay of ours. */
export function builtElsewhere(contender: Contender, dist: string): readonly Contender[] {
  const { name, server } = contender;
  return server[0] === 'natter.ts'
    ? [{ ...contender, name: `${name} (before)`, server: [...server, `--built=${dist}`] }]
    : [];
}

export const ONE_NODE: readonly Contender[] = [NATTER, NO_HISTORY, OWN_KEYS, FAYE, SOCKET_IO, RAW, COALESCING, HEAVY];

/** Two processes each, with a Redis of their own. */
export const TWO_NODES: readonly Contender[] = [
  NATTER,
  OWN_KEYS,
  // With 200 under way the first arrives after 10 s: all 200,000 deliveries are queued in Redis side by side.
  { ...FAYE, name: 'faye-redis', window: 20 },
  { ...SOCKET_IO, name: 'socket.io, redis adapter' },
  { ...SOCKET_IO, name: 'socket.io, sharded adapter', server: ['socket-io.ts', '--sharded'] },
  { ...RAW, name: 'raw ws, pub/sub' },
  { ...COALESCING, name: 'raw ws, pub/sub, coalescing' },
];

/** With everything that is checked, and with the same traffic where nothing is. */
export const TRUST: readonly Contender[] = [
  { ...OWN_KEYS, name: 'natter, logins and keys', server: ['natter.ts', '--logins'], wire: 'natter, logins' },
  OWN_KEYS,
  { ...OWN_KEYS, name: 'natter, nothing checked', server: ['natter.ts', '--unchecked'] },
];

export const IDLE: readonly Contender[] = [OWN_KEYS, NATTER, FAYE, SOCKET_IO, RAW];
/** Beside the least that the same machine and Redis need for the same shape, which acknowledges nothing. */
export const ROOMS: readonly Contender[] = [NATTER, OWN_KEYS, { ...RAW, name: 'raw ws, pub/sub', wire: 'plain rooms' }];
export const STALLED: readonly Contender[] = [NATTER, FAYE, SOCKET_IO, RAW];
