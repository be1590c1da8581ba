import { compareClocks, mergeClock } from '../../protocol/clock.ts';
import type { Author, EntryFrame } from '../../protocol/frames.ts';
import { addSeq, hasSeq } from '../../protocol/have.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { markSeen, oweAcksTo } from './acks.ts';
import { bodyOf, draftOf } from './bodies.ts';
import type { Step } from './effects.ts';
import type { Stamp, Via } from './events.ts';
import { noteFacts } from './facts.ts';
import { fetchPage } from './fetch.ts';
import { takeMade } from './hosted.ts';
import { isLeftOut } from './leaving-out.ts';
import { HAVE_REPLICAS, type Logged, loggedOf, mergeEntries, remember } from './log.ts';
import { lost } from './numbering.ts';
import { authorOf, pathKind } from './paths.ts';
import { loseTaken, tellConflicts } from './proofs.ts';
import { restoreFresh } from './restore.ts';
import type { Fact, State } from './state.ts';
import { storeOthers } from './stored.ts';
import { change, emit, sequence } from './turn.ts';
import { retractTwins } from './twins.ts';

/** Entries that wait for their clock to be believable; more are dropped, and come again at the next catch-up. */
const PARKED = 100;

/** How entries came: live, or as a part of what was said before. */
export type Occasion = 'live' | 'catch-up' | 'proof';

/** Takes entries from any path: merged once, shown once, stored, acknowledged. */
export function receive(
  step: Step,
  via: Via,
  frames: readonly EntryFrame[],
  stamp: Stamp,
  occasion: Occasion = 'live',
  path: Fact['path'] = pathKind(via),
): Step {
  const { state } = step;
  // Signed with my key and unknown to me: my store was rolled back, or another runs on a copy of it.
  const unknown = frames.some(
    ({ entry }) => !state.hosted && entry.replica === state.self && !hasSeq(state.log.have.get(state.self), entry.seq),
  );
  const timely = frames.filter((frame) => via === 'relay' || !isAhead(state, frame, stamp));
  const logged = timely.map((frame) => loggedOf(frame.entry, authorFor(state, frame), frame.opened));
  const { log, added, refuted, dropped } = mergeEntries(state.log, logged);
  const clock = timely.reduce((seen, { entry }) => mergeClock(seen, entry.clock), state.clock);
  const first = state.log.order.length === 0 && occasion !== 'live';
  return sequence(
    change(step, { log, clock }),
    (next) => park(next, via, frames, stamp),
    (next) => (via === 'relay' ? follow(next, frames, stamp) : next),
    (next) => oweAcksTo(next, authors(timely), stamp),
    (next) => (next.state.visible ? markSeen(next, authors(timely), stamp) : next),
    (next) => markNew(next, first ? [] : added),
    (next) => settleSaid(next, added),
    (next) => takeMade(next, added),
    (next) => retractTwins(next, added, stamp),
    (next) => (unknown ? lost(next) : next),
    (next) =>
      added.length + refuted.length > 0
        ? keepEntries(next, { added: [...added, ...refuted], dropped }, path, stamp)
        : next,
    (next) => tellConflicts(next, refuted, via, occasion),
    (next) => loseTaken(next, refuted),
    (next) => (via === 'relay' ? next : restoreFresh(next, added, stamp)),
    (next) =>
      added.length + refuted.length < timely.length
        ? emit(next, { type: 'observed', observation: { type: 'duplicate', path } })
        : next,
  );
}

/** Takes what was parked and whose time has come. */
export function unpark(step: Step, stamp: Stamp): Step {
  const due = step.state.parked.filter((frame) => !isAhead(step.state, frame, stamp));
  const [first] = due;
  if (!first) return step;
  const parked = step.state.parked.filter((frame) => !due.includes(frame));
  return receive(change(step, { parked }), first.entry.replica, due, stamp);
}

/** When the first parked entry may be taken, local ms. */
export function unparkAt({ parked, skew }: State): readonly number[] {
  return parked.map(({ entry }) => entry.clock[0] - LIMITS.clockAhead - skew);
}

function park(step: Step, via: Via, frames: readonly EntryFrame[], stamp: Stamp): Step {
  const { state } = step;
  const early = frames.filter(
    (frame) =>
      via !== 'relay' &&
      isAhead(state, frame, stamp) &&
      frame.entry.replica !== state.self &&
      !state.parked.some(({ entry }) => entry.id === frame.entry.id),
  );
  if (early.length === 0) return step;
  // Whoever is furthest ahead goes first: one who fills this with the year 2100 keeps nobody out.
  const soonest = [...state.parked, ...early].sort((a, b) => compareClocks(a.entry.clock, b.entry.clock));
  return change(step, { parked: soonest.slice(0, PARKED) });
}

/** The relay has judged what it brings; from peers nothing is believed that is said to be of a time far ahead. */
function isAhead(state: State, { entry }: EntryFrame, stamp: Stamp): boolean {
  return entry.clock[0] > stamp.at + state.skew + LIMITS.clockAhead;
}

function authors(frames: readonly EntryFrame[]): readonly EntryFrame['entry']['replica'][] {
  return [...new Set(frames.map(({ entry }) => entry.replica))];
}

/** The edge has put there whom the certificate names. */
function authorFor(state: State, { entry, author }: EntryFrame): Author {
  return author ?? authorOf(state, entry.replica);
}

/** Moves the cursor along the relay's log while it comes without a gap; at a gap asks for what is missing. */
function follow(step: Step, frames: readonly EntryFrame[], stamp: Stamp): Step {
  const { relay } = step.state;
  if (relay.state !== 'joined') return step;
  let { position, oldest } = relay;
  const { epoch } = position;
  const has = new Map(relay.has);
  let gap = false;
  for (const { entry, epoch: of, offset } of frames) {
    if (of !== epoch || offset === undefined) continue;
    remember(has, entry.replica, addSeq(has.get(entry.replica), entry.seq), HAVE_REPLICAS);
    oldest = Math.min(oldest, offset);
    if (offset === position.offset + 1) position = { epoch, offset, id: entry.id };
    else if (offset > position.offset) gap = true;
  }
  const { id, offset } = position;
  const moved = offset > relay.position.offset && !relay.healing && id !== undefined;
  const cursor = moved ? { epoch, offset, id } : step.state.cursor;
  const next = change(step, { relay: { ...relay, position, has, oldest }, cursor });
  return gap ? fetchPage(next, { after: offset }, stamp) : next;
}

/** Marks new messages of others: unread count, divider, and an end to their authors' typing. */
function markNew(step: Step, added: readonly Logged[]): Step {
  const messages = added.filter(
    (logged) => !isOwn(step.state, logged) && bodyOf(logged)?.kind === 'message' && !isLeftOut(step.state, logged),
  );
  if (messages.length === 0) return step;
  const typing = new Map(step.state.typing);
  for (const { entry } of messages) typing.delete(entry.replica);
  const seen = step.state.visible;
  return change(step, {
    typing,
    unread: seen ? step.state.unread : step.state.unread + messages.length,
    firstUnread: seen ? step.state.firstUnread : (step.state.firstUnread ?? messages[0]?.entry.id),
  });
}

function isOwn({ self, formerly }: State, { entry }: Logged): boolean {
  return entry.replica === self || formerly.includes(entry.replica);
}

/**
 * What waits here without a number and has come back as an entry was said before the store was rolled back. Nobody else
 * knows a draft's name before that.
 */
function settleSaid(step: Step, added: readonly Logged[]): Step {
  const { outbox } = step.state;
  if (outbox.length === 0) return step;
  const said = new Set(added.map(draftOf));
  const drafts = outbox.filter((item) => !('entry' in item) && said.has(item.draft)).map(({ draft }) => draft);
  if (drafts.length === 0) return step;
  return emit(change(step, { outbox: outbox.filter(({ draft }) => !drafts.includes(draft)) }), {
    type: 'persist',
    changes: [{ type: 'settled', drafts }],
  });
}

function keepEntries(
  step: Step,
  { added, dropped }: { readonly added: readonly Logged[]; readonly dropped: readonly Logged[] },
  path: Fact['path'],
  stamp: Stamp,
): Step {
  const ids = added.map(({ entry }) => entry.id);
  const noted = change(step, { facts: noteFacts(step.state.facts, ids, { at: stamp.at, path }) });
  const kept = storeOthers(noted, added);
  if (dropped.length === 0) return kept;
  const changes = dropped.map(({ entry }) => ({ type: 'withdrawn', entry }) as const);
  return emit(kept, { type: 'persist', changes });
}
