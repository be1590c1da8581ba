import type { MessageView, ReactionView, RoomView } from './core/view.ts';
import type { EventName, MessageEvent, WidgetEvents } from './events.ts';

/** One event that a change of the view means to a page. */
export type ViewEvent = {
  readonly [Name in EventName]: { readonly name: Name; readonly detail: WidgetEvents[Name] };
}[EventName];

/** What a page is told when the view goes from one to the next, in the order in which it is told. */
export function viewEvents(before: RoomView | undefined, after: RoomView): readonly ViewEvent[] {
  return [...connectionEvents(before, after), ...peopleEvents(before, after), ...messageEvents(before, after)];
}

function connectionEvents(before: RoomView | undefined, after: RoomView): readonly ViewEvent[] {
  const events: ViewEvent[] = [];
  const detail = { state: after.connection.state, path: after.path, peers: linked(after) };
  const same =
    before?.connection.state === detail.state && before.path === detail.path && linked(before) === detail.peers;
  if (!same) events.push({ name: 'connection', detail });
  const { barred } = after;
  if (barred && barred !== before?.barred) {
    events.push({ name: 'error', detail: { code: barred.code, message: barred.message } });
  }
  return events;
}

function peopleEvents(before: RoomView | undefined, after: RoomView): readonly ViewEvent[] {
  const events: ViewEvent[] = [];
  if (before?.count !== after.count || people(before) !== people(after)) {
    const members = after.members.map(({ user, name, replica }) => ({ user, name, replica }));
    events.push({ name: 'presence', detail: { count: after.count, members } });
  }
  if (before ? before.typing !== after.typing : after.typing.length > 0) {
    events.push({ name: 'typing', detail: { authors: after.typing } });
  }
  return events;
}

function messageEvents(before: RoomView | undefined, after: RoomView): readonly ViewEvent[] {
  const events: ViewEvent[] = [];
  if (before?.messages !== after.messages) {
    // What could not be read is told when it can be.
    const told = before?.messages.filter(({ mark }) => mark === undefined);
    const known = new Map(told?.map((message) => [message.key, message]));
    for (const message of after.messages) {
      events.push(...changeOf(known.get(message.key), message, before));
      known.delete(message.key);
    }
    if (before?.self?.replica === after.self?.replica) events.push(...vanished([...known.values()], after));
  }
  if ((before?.unread ?? 0) !== after.unread) events.push({ name: 'unread', detail: { count: after.unread } });
  return events;
}

function changeOf(
  known: MessageView | undefined,
  message: MessageView,
  before: RoomView | undefined,
): readonly ViewEvent[] {
  if (known !== undefined) return amendments(known, message);
  if (message.deleted || message.mark || isHistory(message, before)) return [];
  return [{ name: message.mine ? 'message:sent' : 'message:received', detail: shown(message) }];
}

/** What is shown no more, though it is younger than the first that is. (What others know it by may change with who I am.) */
function vanished(gone: readonly MessageView[], { messages: [first] }: RoomView): readonly ViewEvent[] {
  return gone
    .filter(({ deleted, at }) => !deleted && (first === undefined || at >= first.at))
    .map(({ key }): ViewEvent => ({ name: 'message:deleted', detail: { key } }));
}

/** What has become of a message that was told before. */
function amendments(known: MessageView, message: MessageView): readonly ViewEvent[] {
  const { key, status, text, deleted, reactions } = message;
  const events: ViewEvent[] = [];
  if (status !== undefined && status !== known.status) events.push({ name: 'message:status', detail: { key, status } });
  if (deleted !== known.deleted) events.push({ name: 'message:deleted', detail: { key } });
  else if (text !== known.text) events.push({ name: 'message:edited', detail: shown(message) });
  if (!deleted && tally(reactions) !== tally(known.reactions)) {
    events.push({ name: 'message:reactions', detail: { key, reactions } });
  }
  return events;
}

/** Who reacted how, as a text that is the same while nobody reacts. */
function tally(reactions: readonly ReactionView[]): string {
  return reactions.map(({ emoji, authors }) => `${emoji} ${authors.map(({ user }) => user)}`).join('\n');
}

/** The conversation so far: what the first views bring until a path is up, and older pages after that. */
function isHistory(message: MessageView, before: RoomView | undefined): boolean {
  if (before === undefined || before.phase === 'loading') return true;
  const first = before.messages[0];
  if (first === undefined) return !message.mine && (before.phase === 'naming' || before.path === 'connecting');
  return message.at < first.at;
}

function shown({ key, author, text, at }: MessageView): MessageEvent {
  return { key, author, text, at };
}

function linked(view: RoomView): number {
  return view.members.filter((member) => member.linked).length;
}

/** Who is there, as a text that is the same while nobody comes, goes or changes name. */
function people(view: RoomView | undefined): string {
  return view?.members.map(({ replica, name }) => `${replica} ${name}`).join('\n') ?? '';
}
