import { roomChannel } from '../../protocol/channels.ts';
import type { RoomName } from '../../protocol/ids.ts';

/** Where what a Bayeux channel brings travels between nodes: one topic for all channels of a room. */
export type Topic = string & { readonly topic: unique symbol };

/** What a room has in Redis. The braces make Redis Cluster keep all of it in one slot. */
export interface RoomKeys {
  /** A hash: epoch, last offset, bytes, entries, and when the oldest of them was written. */
  readonly meta: string;
  /** A stream: `<offset>-0` -> frame, its bytes, when it was written, replica and sequence. */
  readonly log: string;
  /** A hash: replica and sequence of what is held, and replica and draft of what has one -> offset and id. */
  readonly held: string;
  /** A hash: replica -> ranges. */
  readonly have: string;
  /** A hash: replica -> node and member. */
  readonly members: string;
  /** A hash: register of a ruling -> its place in the order of entries, and its frame. */
  readonly rules: string;
  /** A pub/sub channel. */
  readonly bus: string;
}

/** ms that Redis keeps a room past its entries and its members: rooms with members are looked after far more often (keeping.ts). */
export const SLACK_MS = 60 * 60_000;

const PREFIX = 'natter:';

export function topicOf(channel: string): Topic {
  const [, first = '', second] = channel.split('/');
  return (second === undefined ? first : `${first}/${second}`) as Topic;
}

export function topicOfRoom(room: RoomName): Topic {
  return topicOf(roomChannel(room));
}

export function busKey(topic: Topic): string {
  return `${PREFIX}{${topic}}:bus`;
}

export function roomKeys(room: RoomName): RoomKeys {
  const topic = topicOfRoom(room);
  const key = (part: string) => `${PREFIX}{${topic}}:${part}`;
  return {
    meta: key('meta'),
    log: key('log'),
    held: key('held'),
    have: key('have'),
    members: key('members'),
    rules: key('rules'),
    bus: busKey(topic),
  };
}

/** The keys that scripts.ts takes, in their order. */
export function logKeys({ meta, log, held, have }: RoomKeys): readonly string[] {
  return [meta, log, held, have];
}

/** The pub/sub channel on which one node is spoken to. */
export function nodeKey(node: string): string {
  return `${PREFIX}node:${node}`;
}

/** A sorted set: node -> when it last beat, ms. */
export const NODES_KEY = `${PREFIX}nodes`;
/** A hash: what is revoked (trust/revocations.ts) -> when, ms. */
export const REVOKED_KEY = `${PREFIX}revoked`;
/** On which nodes tell each other of revocations. No channel of Bayeux has it. */
export const REVOKED_TOPIC = 'revoked' as Topic;
/** The secret of the relays, where none is set. */
export const RELAY_KEY = `${PREFIX}relay-key`;
