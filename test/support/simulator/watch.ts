import { type Clock, compareClocks } from '../../../protocol/clock.ts';
import type { Entry } from '../../../protocol/entry.ts';
import { type ControlFrame, type EntryFrame, haveOf } from '../../../protocol/frames.ts';
import { type Have, hasSeq } from '../../../protocol/have.ts';
import type { EntryId, ReplicaId } from '../../../protocol/ids.ts';
import type { Composition } from '../../../widget/core/outbox.ts';
import type { State } from '../../../widget/core/state.ts';
import type { SimulatedClient } from './client.ts';
import type { SimulatedRelay } from './relay.ts';

/** Something a visitor composed, and what became of it. */
export interface Composed {
  readonly draft: string;
  readonly author: SimulatedClient;
  readonly content: Composition;
  /** More than one where its number was given anew. */
  readonly ids: Set<EntryId>;
  /** Every copy of it was destroyed at one time: nobody can be asked for it. */
  lost: boolean;
}

/** Whoever is present has this time to show later numbers, ms (REPL-2). */
const ANSWERED_WITHIN = 3_000;

/**
 * What must be true, kept apart from the core that is tested.
 *
 * What must arrive: everything composed, unless at some moment of loss (a page that died, storage that was cut back or
 * wiped, a relay that restarted) no copy was left: not in the memory of a living client (outbox or log), not on a disk
 * that will be read again, not in the relay's log. Bytes under way do not count as copies. So a message of a page that
 * died before its draft was written need not arrive, nor one whose author's disk was wiped before anyone else had it;
 * every other must, on every client, once.
 */
export class Watch {
  readonly composed: Composed[] = [];
  readonly complaints: string[] = [];
  /** Forged or altered entries that an edge has turned away. */
  rejected = 0;
  /**
   * Storage came back older than what others hold of this replica, and nobody who knew was there to tell before it went
   * on: two bodies of one number are under way, which only moderation by humans could sort out. Nothing is judged then.
   */
  excused = false;
  #clients: readonly SimulatedClient[] = [];
  #relay: SimulatedRelay | undefined;
  readonly #byDraft = new Map<string, Composed>();
  /** Which entry has taken a number of a replica's, as far as anyone else holds it. */
  readonly #numbers = new Map<string, Entry>();
  /** Entries whose number somebody has given to another thing, and those: none of them is to be shown. */
  readonly refuted = new Set<EntryId>();
  readonly #refutedNumbers = new Set<string>();
  /** Whose storage has come back in an older state. */
  readonly rolledBack = new Set<SimulatedClient>();

  constructor(clients: readonly SimulatedClient[]) {
    this.#clients = clients;
  }

  /** The relay, once there is one. */
  attend(relay: SimulatedRelay): void {
    this.#relay = relay;
  }

  complain(of: string): void {
    if (this.complaints.length < 20) this.complaints.push(of);
  }

  compose(author: SimulatedClient, draft: string, content: Composition): void {
    const composed: Composed = { draft, author, content, ids: new Set(), lost: false };
    this.composed.push(composed);
    this.#byDraft.set(draft, composed);
  }

  /** An edit or a delete of what has no number yet changes it where it stands: there is nothing of its own to arrive. */
  folded(draft: string, { outbox }: State): void {
    const composed = this.#byDraft.get(draft);
    if (!composed || outbox.some((item) => item.draft === draft)) return;
    composed.lost = true;
    const { content } = composed;
    const target = content.kind === 'delete' ? this.#byDraft.get(content.target) : undefined;
    if (target) target.lost = true;
  }

  /** A client gives numbers and clocks: what it says next sorts after all that its visitor can have read. */
  numbered({ name, state }: SimulatedClient, clocks: readonly Clock[]): void {
    const newest = state.log.order[state.log.order.length - 1];
    const [first] = clocks;
    if (newest && first && compareClocks(first, newest.entry.clock) <= 0)
      this.complain(`${name} says something that sorts before ${newest.entry.id}, which it has seen`);
  }

  /** What a client says first of its own, and what it says to hold of others, is on its disk by then. */
  sent(client: SimulatedClient, frame: EntryFrame | ControlFrame, to: string): void {
    const { name, state, disk } = client;
    if (disk.failing) return;
    if ('kind' in frame && frame.kind === 'ack') this.#claimed(client, new Map([[to as ReplicaId, frame.ranges]]));
    if ('kind' in frame && frame.kind === 'hello') this.#claimed(client, haveOf(frame.have));
    const frames = 'entry' in frame ? [frame] : frame.kind === 'entries' ? frame.entries : [];
    for (const { entry } of frames)
      if (entry.replica === state.self && !disk.entries.has(entry.id) && !this.#numbers.has(keyOf(entry)))
        this.complain(`${name} sends ${entry.id} before it is stored`);
  }

  /** Others count on what a client says to hold. */
  #claimed({ name, state, disk }: SimulatedClient, have: Have): void {
    for (const { entry } of state.log.order)
      if (entry.replica !== state.self && hasSeq(have.get(entry.replica), entry.seq) && !disk.entries.has(entry.id))
        this.complain(`${name} says that it holds ${entry.id} before it is stored`);
  }

  sealed(author: SimulatedClient, entries: readonly { readonly draft: string; readonly entry: Entry }[]): void {
    for (const { draft, entry } of entries) {
      this.#byDraft.get(draft)?.ids.add(entry.id);
      // A void takes the number of what was refused.
      if (entry.kind !== 'void' && this.#numbers.has(keyOf(entry))) this.#again(author, entry);
    }
  }

  /** Somebody has signed another thing under a number that is taken. */
  contradicted(entry: Entry, twin: Entry): void {
    for (const { id } of [entry, twin]) this.refuted.add(id);
    this.#refutedNumbers.add(keyOf(entry));
  }

  /** Whether a message had a number that somebody has given to another thing: it is said anew. */
  isRefuted(draft: string): boolean {
    return [...(this.#byDraft.get(draft)?.ids ?? [])].some((id) => this.refuted.has(id));
  }

  /** Somebody other than its author has taken an entry: its number stands for it and for nothing else. */
  taken(entry: Entry): void {
    const { id, replica, seq, kind } = entry;
    const key = keyOf({ replica, seq });
    if (this.#refutedNumbers.has(key)) return;
    const before = this.#numbers.get(key);
    if (before !== undefined && before.id !== id) {
      // The storage has forgotten that a void took the number: it knows what had it before.
      const forgot = [...this.rolledBack].some((client) => client.was(replica));
      if (forgot && (kind === 'void' || before.kind === 'void')) this.excused = true;
      else this.complain(`number ${seq} of ${replica} stands for two entries, ${before.id} and ${id}`);
    }
    this.#numbers.set(key, entry);
  }

  /** A number is given again that others know. That is excused where none of them could have told. */
  #again(author: SimulatedClient, { replica, seq }: Entry): void {
    const told = this.#clients.filter(
      ({ alive, state }) =>
        alive && author.state.links.get(state.self)?.state === 'ready' && hasSeq(state.log.have.get(replica), seq),
    );
    // Without history the relay cannot tell: whoever is there is asked, and has time to answer.
    const present = this.#clients.some(
      ({ alive, state }) => alive && author.state.members.has(state.self) && hasSeq(state.log.have.get(replica), seq),
    );
    const hasty = this.#relay?.options.history === 0 && this.#relay.now - author.joinedAt < ANSWERED_WITHIN;
    const known =
      author.joined && this.#relay?.log.frames.some(({ entry }) => entry.replica === replica && entry.seq === seq);
    if (told.length > 0 || known)
      this.complain(
        `${author.name} numbers ${seq} of ${replica} again, though ${known ? 'the relay' : told[0]?.name} knew`,
      );
    else if (hasty && present) this.complain(`${author.name} numbers ${seq} of ${replica} again, asking nobody`);
    else this.excused = true;
  }

  /** Something was destroyed: what has no copy left is not asked for again. */
  somethingLost(): void {
    const drafts = new Set<string>();
    const ids = new Set<string>();
    for (const { alive, state, disk } of this.#clients) {
      if (alive) collect(state, drafts, ids);
      else {
        for (const draft of disk.outbox.keys()) drafts.add(draft);
        for (const id of disk.entries.keys()) ids.add(id);
      }
    }
    for (const { entry } of this.#relay?.log.frames ?? []) ids.add(entry.id);
    for (const composed of this.composed) {
      if (composed.lost || drafts.has(composed.draft)) continue;
      composed.lost = ![...composed.ids].some((id) => ids.has(id));
    }
  }
}

function keyOf({ replica, seq }: Pick<Entry, 'replica' | 'seq'>): string {
  return `${replica} ${seq}`;
}

function collect({ outbox, log }: State, drafts: Set<string>, ids: Set<string>): void {
  for (const { draft } of outbox) drafts.add(draft);
  for (const { entry } of log.order) ids.add(entry.id);
}
