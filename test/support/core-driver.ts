import type { Entry } from '../../protocol/entry.ts';
import type { EntryFrame, Member } from '../../protocol/frames.ts';
import { type EntryId, guestId, type ReplicaId, type RoomName } from '../../protocol/ids.ts';
import type { JoinReply } from '../../protocol/join.ts';
import { type Body, payloadOf } from '../../protocol/payloads.ts';
import { myHave } from '../../widget/core/catch-up.ts';
import type { Effect } from '../../widget/core/effects.ts';
import type { Event } from '../../widget/core/events.ts';
import type { Composition } from '../../widget/core/outbox.ts';
import { initialState, type Snapshot, type State } from '../../widget/core/state.ts';
import { step } from '../../widget/core/step.ts';
import type { MessageView, RoomView } from '../../widget/core/view.ts';
import { viewOf } from '../../widget/core/view-of.ts';
import { shapedCertificate } from './certificate.ts';

export const START = 1_700_000_000_000;

export function replica(name: string): ReplicaId {
  return name.padEnd(22, '_') as ReplicaId;
}

export function member(name: string, rtc = true): Member {
  return { replica: replica(name), user: guestId(replica(name)), name, rtc };
}

/** A message of somebody else, as it comes off a path. */
export function message(
  author: string,
  seq: number,
  text = `${author} ${seq}`,
  clock: number = START + seq,
  offset?: number,
): EntryFrame {
  return saying(author, seq, { kind: 'message', text }, clock, offset);
}

/** An entry of somebody else that says anything. */
export function saying(
  author: string,
  seq: number,
  body: Body,
  clock: number = START + seq,
  offset?: number,
): EntryFrame {
  const entry: Entry = {
    id: idOf(author, seq),
    replica: replica(author),
    seq,
    prev: null,
    clock: [clock, 0],
    kind: body.kind,
    payload: payloadOf(body),
    ...sealBy(author),
  };
  return {
    v: 1,
    entry,
    author: { user: guestId(replica(author)), name: author },
    ...(offset === undefined ? {} : { epoch: 'epoch', offset }),
  };
}

/** The id of somebody's entry of this number. */
export function idOf(author: string, seq: number): EntryId {
  return `${author}-${seq}`.padEnd(43, '_') as EntryId;
}

/** The core takes for granted that the edge has verified this. */
function sealBy(name: string) {
  return { cert: shapedCertificate(name), sig: 'sig' };
}

export function joinReply(members: readonly Member[], changes: Partial<JoinReply> = {}): JoinReply {
  const [self = member('me')] = members;
  return {
    self,
    members,
    count: members.length,
    entries: [],
    more: false,
    recovered: false,
    epoch: 'epoch',
    offset: 0,
    floor: 1,
    have: {},
    settings: { history: 1_000, mesh: 8 },
    ice: [],
    certificate: '',
    relayKey: '',
    proofs: [],
    rulings: [],
    ...changes,
  };
}

/** One client's core under a hand-moved clock. Sealing and storing are answered at once unless held back. */
export class CoreDriver {
  state: State;
  now = START;
  random = 0;
  effects: Effect[] = [];
  /** While true, `seal` and `persist` are only recorded. */
  holdsStore = false;
  /** With which its entries are sealed. */
  certificate = shapedCertificate('Me');

  /** @param isLocal whether the room has no relay */
  constructor(snapshot?: Snapshot, self: ReplicaId = replica('me'), isLocal = false) {
    this.state = initialState(
      'room' as RoomName,
      self,
      snapshot,
      this.now,
      snapshot !== undefined,
      isLocal ? 'local' : 'keyed',
    );
  }

  /** A driver in the room as `me`. */
  static inRoom(others: readonly Member[], changes: Partial<JoinReply> = {}): CoreDriver {
    const driver = new CoreDriver();
    driver.put({ type: 'named', name: 'Me' });
    driver.put({ type: 'relay-joined', reply: joinReply([member('me'), ...others], changes), now: driver.now });
    driver.effects = [];
    return driver;
  }

  put(event: Event): readonly Effect[] {
    const { state, effects } = step(this.state, { ...event, at: this.now, random: this.random });
    this.state = state;
    this.effects.push(...effects);
    if (!this.holdsStore) for (const effect of effects) this.#answer(effect);
    return effects;
  }

  /** Moves time on and ticks whenever the core asked for it. */
  wait(ms: number): void {
    const end = this.now + ms;
    for (let at = this.state.wakeAt; at !== undefined && at <= end; at = this.state.wakeAt) {
      this.now = Math.max(this.now, at);
      this.put({ type: 'tick' });
    }
    this.now = end;
  }

  /** What a join says that this copy holds. */
  hello(): ReturnType<typeof myHave> {
    return myHave(this.state);
  }

  say(text: string): void {
    this.compose(`draft ${text}`, { kind: 'message', text });
  }

  compose(draft: string, content: Composition): void {
    this.put({ type: 'composed', draft, content });
  }

  link(name: string, have = {}): void {
    this.put({ type: 'link-opened', replica: replica(name) });
    this.put({
      type: 'control',
      via: replica(name),
      frame: { v: 1, kind: 'hello', author: { user: guestId(replica(name)), name }, have },
    });
  }

  /** What was sent since the last call, as `relay room entry text` or `link bob ack`. */
  sent(): string[] {
    const lines = this.effects.flatMap((effect) => {
      if (effect.type === 'send-relay') return [`relay ${shorten(effect.channel)} ${wording(effect.frame)}`];
      return effect.type === 'send-link' ? [`link ${shorten(effect.replica)} ${wording(effect.frame)}`] : [];
    });
    this.effects = [];
    return lines;
  }

  view(): RoomView {
    return viewOf(this.state, this.now, undefined);
  }

  row(text: string): MessageView | undefined {
    return this.view().messages.find((row) => row.text === text);
  }

  #answer(effect: Effect): void {
    if (effect.type === 'seal') {
      const entries = effect.messages.map(({ draft, ...numbered }) => {
        const id = entryId(numbered.seq, numbered.kind);
        return {
          draft,
          entry: { ...numbered, id, replica: effect.self, prev: effect.prev, cert: this.certificate, sig: 'sig' },
        };
      });
      this.put({ type: 'sealed', entries });
    } else if (effect.type === 'persist' && effect.confirm) this.put({ type: 'stored', ...effect.confirm });
  }
}

/** The id that the driver gives to my entry of this number. */
export function entryId(seq: number, kind = 'message'): EntryId {
  return `mine-${seq}${kind === 'void' ? '-void' : ''}`.padEnd(43, '_') as EntryId;
}

function shorten(name: string): string {
  return name.replace(/_+$/, '');
}

function wording(frame: Extract<Effect, { type: 'send-relay' }>['frame']): string {
  if (!('entry' in frame)) return frame.kind;
  const { text = frame.entry.kind } = JSON.parse(frame.entry.payload) as { text?: string };
  return `entry ${text}`;
}
