import { authorOf as certifiedAuthor, parseCertificate } from '../../protocol/certificate.ts';
import { tickClock } from '../../protocol/clock.ts';
import type { Entry } from '../../protocol/entry.ts';
import type { Author } from '../../protocol/frames.ts';
import { isEntryId } from '../../protocol/ids.ts';
import { type Body, payloadOf } from '../../protocol/payloads.ts';
import { draftOf } from './bodies.ts';
import { dispatch } from './deliver.ts';
import type { Step } from './effects.ts';
import type { Sealed, Stamp } from './events.ts';
import { insertOwn, loggedOf, mergeEntries } from './log.ts';
import { metaOf } from './meta.ts';
import { isLost, mayNumber } from './numbering.ts';
import { composedOf, type Numbered, type Outgoing, readyOf, replaceItem } from './outbox.ts';
import { authorOf } from './paths.ts';
import { failSilenced, freeAt, isMessage, isSlowed } from './silence.ts';
import type { State } from './state.ts';
import { change, emit } from './turn.ts';

/** Entries numbered in one go; the rest follow when these are stored. */
const SEAL_AT_ONCE = 64;

/**
 * Numbers what waits, once a path is up: sequence and clock are given here, the previous entry's id and this one's by
 * the edge, one batch at a time so that the chain has one end.
 */
export function sealWaiting(start: Step, stamp: Stamp): Step {
  if (!mayNumber(start.state, stamp.at) || start.state.outbox.some(isBeingSealed)) return start;
  const step = failSilenced(start, stamp);
  const { state } = step;
  let isSlow = (freeAt(state) ?? 0) > stamp.at;
  let { seq, clock, outbox } = state;
  const messages: Numbered[] = [];
  for (const item of state.outbox) {
    if (item.phase !== 'draft' || messages.length === SEAL_AT_ONCE) continue;
    const body = isSlow && isMessage(item) ? undefined : bodyFor(state, item);
    if (!body) continue;
    isSlow ||= isMessage(item) && isSlowed(state);
    if (item.content.kind !== 'void') seq += 1;
    clock = tickClock(clock, stamp.at + state.skew);
    const numbered = item.content.kind === 'void' ? item.content.seq : seq;
    messages.push({ draft: item.draft, seq: numbered, clock, kind: body.kind, payload: payloadOf(body) });
    outbox = replaceItem(outbox, { ...composedOf(item), phase: 'sealing' });
  }
  if (messages.length === 0) return step;
  return emit(change(step, { seq, clock, outbox }), { type: 'seal', self: state.self, prev: state.prev, messages });
}

/** The edge has hashed and signed a batch: it joins the log and goes to the store before anyone else sees it. */
export function sealed(step: Step, entries: readonly Sealed[], stamp: Stamp): Step {
  const { state } = step;
  const fresh = entries.filter(({ draft, entry }) => entry.replica === state.self && isSealing(state, draft));
  const last = fresh[fresh.length - 1];
  if (!last || isLost(state)) return step;
  const logged = fresh.map(({ entry, opened }) => loggedOf(entry, signerOf(state, entry), opened));
  const voids = logged.filter(({ entry }) => entry.kind === 'void');
  const ready = fresh.flatMap(({ draft, entry }) => {
    const item = state.outbox.find((other) => other.draft === draft);
    return item ? [readyOf(composedOf(item), entry, stamp.at)] : [];
  });
  const outbox = ready.reduce(
    (items, item) => replaceItem(items, { ...composedOf(item), phase: 'sealed', entry: item.entry }),
    state.outbox,
  );
  const log = voids.reduce(insertOwn, mergeEntries(state.log, logged).log);
  const next = change(step, { outbox, prev: last.entry.id, log });
  return emit(next, {
    type: 'persist',
    changes: [
      { type: 'meta', meta: metaOf(next.state) },
      { type: 'entries', entries: logged },
      { type: 'outgoing', items: ready },
    ],
    confirm: { drafts: fresh.map(({ draft }) => draft) },
  });
}

/** The store holds these durably: now they may be sent. */
export function storedMine(step: Step, drafts: readonly string[], stamp: Stamp): Step {
  if (isLost(step.state)) return step;
  const items = step.state.outbox.filter((item) => item.phase === 'sealed' && drafts.includes(item.draft));
  return items.reduce((reached, item) => {
    if (item.phase !== 'sealed') return reached;
    const ready = readyOf(composedOf(item), item.entry, stamp.at);
    return dispatch(change(reached, { outbox: replaceItem(reached.state.outbox, ready) }), ready, stamp);
  }, step);
}

/** What an entry of this composition says; undefined while what it amends has no id. */
export function bodyFor(state: State, { draft, content }: Outgoing): Body | undefined {
  if (content.kind === 'void') return { kind: 'void' };
  if (content.kind === 'message') return { kind: 'message', text: content.text, draft };
  if (content.kind === 'moderation') return content;
  const { order } = state.log;
  const drafted = order.filter((other) => draftOf(other) === content.target);
  // A row of mine before its copy: others may name a draft that they have read. Mine may be of the replica I was before.
  const logged = drafted.find(({ entry }) => entry.replica === state.self) ?? drafted[0];
  const target = logged?.entry.id ?? (isEntryId(content.target) ? content.target : undefined);
  return target && { ...content, target };
}

/** Who others will read that this visitor was: the role is the certificate's, and ends with it. */
function signerOf(state: State, entry: Entry): Author {
  const { user, name } = authorOf(state, state.self);
  const certificate = parseCertificate(entry.cert);
  const role = certificate.ok ? certifiedAuthor(certificate.value, state.self, entry.clock[0]).role : undefined;
  return role === undefined ? { user, name } : { user, name, role };
}

function isBeingSealed(item: Outgoing): boolean {
  return item.phase === 'sealing' || item.phase === 'sealed';
}

function isSealing(state: State, draft: string): boolean {
  return state.outbox.some((item) => item.draft === draft && item.phase === 'sealing');
}
