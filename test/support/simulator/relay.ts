import type { ControlFrame, EntryFrame, Frame, FrameOf, Member } from '../../../protocol/frames.ts';
import { haveOf } from '../../../protocol/frames.ts';
import { type EntryId, guestId, type ReplicaId } from '../../../protocol/ids.ts';
import type { JoinReply } from '../../../protocol/join.ts';
import { LIMITS } from '../../../protocol/limits.ts';
import type { RefusalCode } from '../../../protocol/refusals.ts';
import type { Effect } from '../../../widget/core/effects.ts';
import type { JoinHello } from '../../../widget/runtime/ports.ts';
import type { RelayConnection } from './connection.ts';
import { RelayLog } from './relay-log.ts';
import { authorOf } from './signer.ts';
import type { World } from './world.ts';

export interface RelayOptions {
  /** Entries kept; 0: history is off. */
  readonly history: number;
  readonly mesh: number;
  /** A room of more members than this is big: who comes and goes is told once a second, and not all are named. */
  readonly big: number;
}

/** Members named to those who join a big room, and of those who came within a second. */
const SHOWN = 2;
const CROWD_EVERY = 1_000;
/** A refusal for good stands for so long at least, ms: a request that was doubled is answered alike. */
const SAME_VERDICT = 1_000;

interface Membership {
  readonly member: Member;
  readonly connection: RelayConnection;
}

/** A relay as the wire promises it: an idempotent log, a list of members, fan-out. It loses everything on a restart. */
export class SimulatedRelay {
  readonly options: RelayOptions;
  readonly #world: World;
  up = true;
  log: RelayLog;
  #epochs = 1;
  /** What any of its lives has taken. */
  readonly #taken = new Set<EntryId>();
  /** What it will not take for what it is, while it refuses. */
  readonly refused = new Map<EntryId, { readonly code: RefusalCode; readonly at: number }>();
  /** Contradictions that members have shown. */
  readonly #proofs = new Map<string, readonly EntryFrame[]>();
  readonly #members = new Map<ReplicaId, Membership>();
  /** What of a big room is yet to be told: who came, and, without a member, who left. */
  #crowd: Map<ReplicaId, Member | undefined> | undefined;
  /** While set, this share of entries is refused with this code. */
  refusing: { readonly code: RefusalCode; readonly chance: number } | undefined;

  constructor(world: World, options: RelayOptions) {
    this.#world = world;
    this.options = options;
    this.log = new RelayLog('epoch-1', options.history);
  }

  get now(): number {
    return this.#world.time.now;
  }

  get count(): number {
    return this.#members.size;
  }

  /** All that it held in memory is gone; who was connected finds out. */
  restartEmpty(): void {
    this.#epochs += 1;
    this.log = new RelayLog(`epoch-${this.#epochs}`, this.options.history);
    this.#members.clear();
    this.#proofs.clear();
  }

  join(connection: RelayConnection, replica: ReplicaId, hello: JoinHello): JoinReply {
    const member: Member = { replica, user: guestId(replica), name: hello.name, rtc: hello.rtc };
    const before = this.#members.get(replica);
    // Another connection came with the same replica: the first one is out, and only it is told.
    if (before && before.connection !== connection) before.connection.down({ v: 1, kind: 'leave', replica });
    this.#members.set(replica, { member, connection });
    if (before?.member.name !== member.name) this.#moved(replica, member);
    const have = haveOf(hello.have);
    const recovered = hello.cursor !== undefined && this.log.matches(hello.cursor);
    const page = recovered ? this.log.after(hello.cursor?.offset ?? 0) : this.log.lackedBy(have);
    return {
      self: member,
      members: this.#everyone().slice(0, this.#isBig ? SHOWN : undefined),
      count: this.#members.size,
      entries: page.entries,
      more: page.more,
      recovered,
      epoch: this.log.epoch,
      offset: this.log.offset,
      floor: this.log.floor,
      have: this.log.have(new Set([replica, ...have.keys()])),
      settings: { history: this.options.history, mesh: this.options.mesh },
      ice: [],
      certificate: '',
      relayKey: '',
      rulings: [],
      proofs: [...this.#proofs.values()].flat(),
    };
  }

  /** The session behind this connection is over. */
  leave(connection: RelayConnection): void {
    for (const [replica, membership] of this.#members) {
      if (membership.connection !== connection) continue;
      this.#members.delete(replica);
      this.#moved(replica);
    }
  }

  take(connection: RelayConnection, from: ReplicaId, sent: Extract<Effect, { type: 'send-relay' }>): void {
    const { channel, frame } = sent;
    if (this.#members.get(from)?.connection !== connection) {
      if ('entry' in frame) connection.refuse(frame.entry.id, 'not_a_member');
    } else if ('entry' in frame) this.#append(connection, frame);
    else if (channel === 'presence') {
      if (frame.kind === 'typing') this.#announce({ ...frame, replica: from }, from);
      else if (frame.kind === 'proof') this.#prove(frame);
    } else if (frame.kind === 'fetch') {
      if ('after' in frame) connection.down(this.#page(this.log.after(frame.after)));
      else if ('before' in frame) connection.down(this.#page(this.log.before(frame.before)));
    } else if (channel !== 'room') this.#members.get(channel)?.connection.down({ ...frame, from });
  }

  #prove(frame: FrameOf<'proof'>): void {
    const [first] = frame.entries;
    const key = first && `${first.entry.replica} ${first.entry.seq}`;
    if (key === undefined || this.#proofs.has(key)) return;
    if (!frame.entries.every(({ entry }) => this.#world.signer.isGenuine(entry))) return;
    this.#proofs.set(key, frame.entries);
    for (const { connection } of this.#members.values()) connection.down(frame);
  }

  #append(connection: RelayConnection, { entry }: EntryFrame): void {
    const code = this.#refusalOf(entry);
    if (code) return connection.refuse(entry.id, code);
    const { outcome, frame } = this.log.append(entry, authorOf(entry));
    if (outcome === 'conflict') {
      this.#world.watch.taken(entry);
      return connection.refuse(entry.id, 'sequence_conflict');
    }
    this.#taken.add(entry.id);
    if (outcome === 'appended') {
      this.#world.watch.taken(entry);
      for (const membership of this.#members.values()) membership.connection.down(frame);
    }
    connection.acknowledge(entry.id);
  }

  #refusalOf(entry: EntryFrame['entry']): RefusalCode | undefined {
    if (!this.#world.signer.isGenuine(entry)) return 'bad_signature';
    if (entry.clock[0] > this.#world.time.now + LIMITS.clockAhead) return 'clock_ahead';
    const { time, random } = this.#world;
    // A copy that comes a moment later fares no better, whatever has changed.
    const last = this.refused.get(entry.id);
    if (last && time.now - last.at < SAME_VERDICT) return last.code;
    if (!this.refusing) return undefined;
    const { code, chance } = this.refusing;
    if (!isLasting(code)) return random() < chance ? code : undefined;
    // What only fills a number is never refused for good, nor what was taken once; what was refused, each time.
    if (entry.kind === 'void' || this.#taken.has(entry.id)) return undefined;
    if (!last && random() >= chance) {
      this.#taken.add(entry.id);
      return undefined;
    }
    this.refused.set(entry.id, { code, at: time.now });
    return code;
  }

  /** Somebody came, changed their name, or left. */
  #moved(replica: ReplicaId, member?: Member): void {
    if (!this.#crowd && !this.#isBig) {
      const frame = member ? ({ v: 1, kind: 'join', member } as const) : ({ v: 1, kind: 'leave', replica } as const);
      return this.#announce(frame, replica);
    }
    if (!this.#crowd) this.#world.time.after(CROWD_EVERY, () => this.#tellCrowd());
    this.#crowd ??= new Map();
    this.#crowd.delete(replica);
    this.#crowd.set(replica, member);
  }

  #tellCrowd(): void {
    const moved = [...(this.#crowd ?? [])];
    this.#crowd = undefined;
    const came = moved.flatMap(([, member]) => (member ? [member] : []));
    const joined = this.#isBig ? came.slice(-SHOWN) : this.#everyone();
    const left = moved.flatMap(([replica, member]) => (member ? [] : [replica]));
    for (const { connection } of this.#members.values())
      connection.down({ v: 1, kind: 'crowd', count: this.#members.size, joined, left });
  }

  get #isBig(): boolean {
    return this.#members.size > this.options.big;
  }

  #everyone(): readonly Member[] {
    return [...this.#members.values()].map(({ member }) => member);
  }

  #page(page: { readonly entries: readonly EntryFrame[]; readonly more: boolean }): Frame {
    return { v: 1, kind: 'entries', ...page, epoch: this.log.epoch };
  }

  #announce(frame: ControlFrame, except: ReplicaId): void {
    for (const [replica, { connection }] of this.#members) if (replica !== except) connection.down(frame);
  }
}

function isLasting(code: RefusalCode): boolean {
  return code === 'too_large' || code === 'malformed' || code === 'not_yours';
}
