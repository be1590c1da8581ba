import { isEncryptedRoom, sealedLength } from '../../protocol/encrypted-rooms.ts';
import type { RoomName } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { cleanName } from '../../protocol/names.ts';
import { parseText } from '../../protocol/payloads.ts';
import { utf8Length } from '../../protocol/segments.ts';
import { flushAcks, markSeen, planAcks } from './acks.ts';
import { noteAway } from './away.ts';
import { block } from './blocking.ts';
import { ask, askForMore } from './catch-up.ts';
import { compose, discard, retry } from './compose.ts';
import { control } from './control.ts';
import { relayAcked, relayRefused, resendDue, settle } from './deliver.ts';
import type { Step } from './effects.ts';
import type { Input, Stamp } from './events.ts';
import { giveUp, isUndelivered } from './failing.ts';
import { askedAgainAt, askWaiting, said, unsaid } from './hosted.ts';
import { enforce, linkClosed, linkOpened, rejoin, relayDown, relayJoined, setClock } from './membership.ts';
import { metaOf } from './meta.ts';
import { awaitProof, provenAt } from './numbering.ts';
import { type Composition, GIVE_UP_AFTER, isReady } from './outbox.ts';
import { askEarlier, earlierExpiresAt, expireEarlier } from './pages.ts';
import { anyPathUp, CONNECTING_FOR, relayAway } from './paths.ts';
import { receive, unpark, unparkAt } from './receive.ts';
import { renew } from './renew.ts';
import { dismiss, report } from './reports.ts';
import { restoreRelay } from './restore.ts';
import { sealed, sealWaiting, storedMine } from './sealing.ts';
import { silenceChangesAt } from './silence.ts';
import type { State } from './state.ts';
import { storedOthers } from './stored.ts';
import { change, emit, sequence } from './turn.ts';
import { expireTyping, typed } from './typing.ts';
import { unlock } from './unlock.ts';

/** What a payload has besides the text, at most: its draft or target, and their names. */
const DRAFT_LENGTH = 100;

/**
 * The room's one transition: state and an input give the next state and what must be done. Pure: time and chance come
 * with the input, bytes arrive parsed and verified, and nothing here waits.
 */
export function step(state: State, input: Input): Step {
  return sequence(
    noteAway({ state, effects: [] }, input, (start) => apply(start, input)),
    (next) =>
      next.state.log.rulebook !== state.log.rulebook || next.state.links !== state.links ? enforce(next) : next,
    (next) => awaitProof(next, input),
    (next) => (next.state.hosted ? askWaiting(next, input) : sealWaiting(next, input)),
    (next) => wake(next, input.at),
  );
}

function apply(start: Step, input: Input): Step {
  switch (input.type) {
    case 'named':
      return named(start, input.name, input.at);
    case 'composed':
      return isSayable(input.content, start.state.room) ? compose(start, input.draft, input.content, input) : start;
    case 'retried':
      return settle(retry(start, input.key, input));
    case 'discarded':
      return discard(start, input.key, input);
    case 'blocked':
      return block(start, input.user, input.name, input.on);
    case 'reported':
      return report(start, input.key, input.reason);
    case 'dismissed':
      return dismiss(start, input.key);
    case 'typed':
      return typed(start, input);
    case 'left':
      return left(start, input.at);
    case 'visible':
      return seen(start, input.visible, input);
    case 'earlier':
      return askEarlier(start, input);
    case 'browser':
      return change(start, {
        browserOfflineSince: input.online ? undefined : (start.state.browserOfflineSince ?? input.at),
      });
    case 'address':
      return change(start, { address: input.address });
    case 'noticed':
      return change(start, { notices: [...start.state.notices, input.notice] });
    case 'sealed':
      return sealed(start, input.entries, input);
    case 'opened':
      return unlock(start, input.entries);
    case 'stored':
      return sequence(
        storedOthers(start, input.entries ?? []),
        (next) => askForMore(next, input),
        (next) => planAcks(next, input),
        (next) => storedMine(next, input.drafts ?? [], input),
      );
    case 'renewed':
      return renew(start, input.self);
    case 'relay-joined':
      return relayJoined(start, input, input);
    case 'relay-down':
      return relayDown(start, input.retryAt, input);
    case 'disconnected':
      return change(start, { relay: relayAway(start.state, input.at), links: new Map(), moreFrom: new Map() });
    case 'clock':
      return setClock(start, input.skew, input.at);
    case 'relay-barred':
      return change(relayDown(start, undefined, input), { barred: { code: input.code, message: input.message } });
    case 'relay-acked':
      return relayAcked(start, input.id, input);
    case 'relay-refused':
      return relayRefused(start, input.id, input.code, input.retryAfter, input);
    case 'relay-said':
      return said(start, input.draft, input.id);
    case 'relay-unsaid':
      return unsaid(start, input, input);
    case 'link-opened':
      return linkOpened(start, input.replica);
    case 'link-closed':
      return linkClosed(start, input.replica, input);
    case 'entries':
      return receive(start, input.via, input.frames, input);
    case 'control':
      return control(start, input.via, input.frame, input);
    case 'tick':
      return sequence(
        change(start, { wakeAt: undefined }),
        (next) => flushAcks(next, input),
        (next) => expireTyping(next, input),
        (next) => resendDue(next, input),
        (next) => giveUp(next, input),
        (next) => unpark(next, input),
        (next) => rejoin(next, input),
        (next) => restoreRelay(next, input),
        (next) => ask(next, input),
        (next) => expireEarlier(next, input),
      );
  }
}

function named(start: Step, text: string, at: number): Step {
  const name = cleanName(text);
  if (name === undefined) return start;
  const entering = start.state.phase !== 'open';
  const next = change(start, { name, phase: 'open', ...(entering ? { relay: relayAway(start.state, at) } : {}) });
  return emit(next, { type: 'persist', changes: [{ type: 'meta', meta: metaOf(next.state) }] });
}

function left(start: Step, at: number): Step {
  return change(start, {
    phase: 'left',
    relay: relayAway(start.state, at),
    members: new Map(),
    count: 0,
    links: new Map(),
    wanted: [],
    typing: new Map(),
    myTyping: undefined,
    ackDue: new Set(),
    ackAt: undefined,
    moreFrom: new Map(),
  });
}

/** The divider stays while the messages are in view; the next unseen one after that sets a new one. */
function seen(start: Step, visible: boolean, stamp: Stamp): Step {
  const { state } = start;
  if (visible === state.visible) return start;
  if (!visible) return change(start, { visible, firstUnread: undefined });
  return markSeen(change(start, { visible, unread: 0 }), state.log.have.keys(), stamp);
}

/** Whether it fits an entry; control characters take six times their length there, and encryption a third more. */
function isSayable(content: Composition, room: RoomName): boolean {
  if (!('text' in content)) return true;
  const text = JSON.stringify(content);
  const length = isEncryptedRoom(room) ? sealedLength(utf8Length(text) + DRAFT_LENGTH) : text.length + DRAFT_LENGTH;
  return parseText(content.text).ok && length <= LIMITS.payloadLength;
}

/** Asks for a tick when the next thing falls due, if that has changed. */
function wake(next: Step, now: number): Step {
  const at = nextDue(next.state, now);
  return at === next.state.wakeAt ? next : emit(change(next, { wakeAt: at }), { type: 'wake', at });
}

function nextDue(state: State, now: number): number | undefined {
  const due = [
    ...askedAgainAt(state),
    ...state.typing.values(),
    ...unparkAt(state),
    ...provenAt(state).filter((at) => at > now),
    ...earlierExpiresAt(state),
    ...silenceChangesAt(state, now),
  ];
  if (state.rejoinAt !== undefined) due.push(state.rejoinAt);
  if (state.restoreAt !== undefined) due.push(state.restoreAt);
  if (state.askAt !== undefined) due.push(state.askAt);
  if (state.ackAt !== undefined) due.push(state.ackAt);
  if (state.myTyping) due.push(state.myTyping.endsAt);
  if (state.relay.state === 'down' && state.relay.since + CONNECTING_FOR > now)
    due.push(state.relay.since + CONNECTING_FOR);
  if (anyPathUp(state)) for (const item of state.outbox.filter(isReady)) due.push(item.resendAt);
  for (const item of state.outbox) if (isUndelivered(state, item)) due.push(item.at - state.skew + GIVE_UP_AFTER + 1);
  return due.length === 0 ? undefined : Math.min(...due);
}
