import type { ControlFrame, EntryFrame, Frame, Member } from '../../../protocol/frames.ts';
import { addSeq, hasSeq, type Ranges } from '../../../protocol/have.ts';
import { guestId, type ReplicaId } from '../../../protocol/ids.ts';
import type { JoinReply } from '../../../protocol/join.ts';
import type { Effect } from '../../../widget/core/state.ts';
import type { SimulatedClient } from './client.ts';

interface Logged {
  readonly frame: EntryFrame;
  readonly offset: number;
}

/** A relay as the wire promises it: an idempotent log, a member list, and fan-out. It loses all when it restarts. */
export class SimulatedRelay {
  readonly history: number;
  readonly mesh: number;
  up = true;
  #epoch = 1;
  #offset = 0;
  #log: Logged[] = [];
  #have = new Map<ReplicaId, Ranges>();
  readonly #members = new Map<ReplicaId, SimulatedClient>();

  constructor(history: number, mesh: number) {
    this.history = history;
    this.mesh = mesh;
  }

  restartEmpty(): void {
    this.#epoch += 1;
    this.#offset = 0;
    this.#log = [];
    this.#have.clear();
    for (const client of [...this.#members.values()]) client.cutRelay();
  }

  join(client: SimulatedClient): JoinReply {
    const { self, cursor, log } = client.state;
    const known = this.#members.has(self);
    this.#members.set(self, client);
    if (!known) this.#announce({ v: 1, kind: 'join', member: memberOf(client) }, self);
    const recovered = cursor?.epoch === this.epoch && this.#log.some((item) => item.offset === cursor.offset);
    const missing = recovered
      ? this.#log.filter((item) => item.offset > (cursor?.offset ?? 0))
      : this.#log.filter(({ frame }) => !hasSeq(log.have.get(frame.entry.replica), frame.entry.seq)).slice(-200);
    return {
      self: memberOf(client),
      members: [...this.#members.values()].map(memberOf),
      count: this.#members.size,
      entries: missing.map(({ frame }) => frame),
      more: false,
      recovered,
      epoch: this.epoch,
      offset: this.#offset,
      floor: 1,
      have: Object.fromEntries([...this.#have].filter(([replica]) => replica === self || log.have.has(replica))),
      settings: { history: this.history, mesh: this.mesh },
      ice: [],
      certificate: null,
    };
  }

  leave(replica: ReplicaId): void {
    if (this.#members.delete(replica)) this.#announce({ v: 1, kind: 'leave', replica }, replica);
  }

  isMember(client: SimulatedClient): boolean {
    return this.#members.get(client.state.self) === client;
  }

  take(client: SimulatedClient, { channel, frame }: Extract<Effect, { type: 'send-relay' }>): void {
    const from = client.state.self;
    if (channel === 'room') {
      if ('entry' in frame) this.#append(client, frame);
    } else if (channel === 'presence') {
      if (!('entry' in frame) && frame.kind === 'typing') this.#announce({ ...frame, replica: from }, from);
    } else if (!('entry' in frame) && frame.kind === 'fetch') this.#page(client, frame.after ?? 0);
    else if (!('entry' in frame) && frame.kind === 'ack') this.#members.get(channel)?.fromRelay({ ...frame, from });
  }

  get epoch(): string {
    return `epoch-${this.#epoch}`;
  }

  #append(client: SimulatedClient, { entry }: EntryFrame): void {
    const author = { user: guestId(entry.replica), name: client.name };
    const held = hasSeq(this.#have.get(entry.replica), entry.seq);
    if (!held) {
      this.#have.set(entry.replica, addSeq(this.#have.get(entry.replica), entry.seq));
      this.#offset += 1;
      const frame: EntryFrame =
        this.history > 0 ? { v: 1, entry, author, epoch: this.epoch, offset: this.#offset } : { v: 1, entry, author };
      if (this.history > 0) this.#log = [...this.#log, { frame, offset: this.#offset }].slice(-this.history);
      for (const member of this.#members.values()) member.fromRelay(frame);
    } else if (this.history === 0)
      for (const member of this.#members.values()) member.fromRelay({ v: 1, entry, author });
    client.fromRelayAck(entry.id);
  }

  #page(client: SimulatedClient, after: number): void {
    const entries = this.#log.filter(({ offset }) => offset > after).slice(0, 50);
    const last = entries[entries.length - 1]?.offset ?? after;
    client.fromRelay({
      v: 1,
      kind: 'entries',
      entries: entries.map(({ frame }) => frame),
      more: this.#log.some(({ offset }) => offset > last),
      epoch: this.epoch,
    });
  }

  #announce(frame: ControlFrame & Frame, except: ReplicaId): void {
    for (const [replica, member] of this.#members) if (replica !== except) member.fromRelay(frame);
  }
}

function memberOf(client: SimulatedClient): Member {
  return { replica: client.state.self, user: guestId(client.state.self), name: client.name, rtc: client.rtc };
}
