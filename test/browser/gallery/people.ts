import { isReplicaId, isUserId, type ReplicaId, type UserId } from '../../../protocol/ids.ts';
import type { MemberView, MessageView } from '../../../widget/core/view.ts';

export interface Person {
  readonly user: UserId;
  readonly name: string;
}

function userId(text: string): UserId {
  if (!isUserId(text)) throw new Error(`not a user id: ${text}`);
  return text;
}

export function replicaId(text: string): ReplicaId {
  const padded = text.padEnd(22, '0');
  if (!isReplicaId(padded)) throw new Error(`not a replica id: ${padded}`);
  return padded;
}

export function person(id: string, name: string): Person {
  return { user: userId(id), name };
}

export function member(who: Person, linked: boolean, self = false): MemberView {
  return { ...who, replica: replicaId(who.user.replace(/\W/g, '')), linked, self, muted: false };
}

export const ME = person('u-me', 'Noor');
export const ADA = person('u-ada', 'Ada Byron');
export const BO = person('u-bo', 'Bo');
export const CHEN = person('u-chen', 'Chen Wei');
export const DIEGO = person('u-diego', 'Diego Marín');
export const EVE = person('u-eve', 'eve_online');

/** The gallery's now: a Sunday morning, in UTC. */
export const NOW = Date.UTC(2026, 10, 22, 10, 42);
export const MINUTE = 60_000;
export const DAY = 1440 * MINUTE;

let serial = 0;

export function says(who: Person, at: number, text: string, more: Partial<MessageView> = {}): MessageView {
  serial += 1;
  const mine = who === ME;
  const status = mine ? ({ status: 'delivered' } as const) : {};
  const untouched = { edited: false, deleted: false, reactions: [], seenBy: [] };
  return { key: `m${serial}`, author: who, mine, text, at, ...untouched, ...status, ...more };
}
