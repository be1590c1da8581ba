import { expect } from 'chai';
import { isReplicaId, isUserId } from '../../../protocol/ids.ts';
import { parseRoomName } from '../../../protocol/rooms.ts';
import type { MemberView, MessageView, RoomView } from '../../../widget/core/view.ts';
import { loadingView } from '../../../widget/runtime/loading-view.ts';
import { viewEvents } from '../../../widget/view-events.ts';

describe('events from a change of the view', () => {
  it('[EVENT-1] tells of each message once: mine as sent, another’s as received, then its status', () => {
    const mine = message('m1', { mine: true, status: 'queued' });
    const theirs = message('t1');
    const shown = change(VIEW, { messages: [mine, theirs] });
    expect(named(shown)).to.deep.equal(['message:sent m1', 'message:received t1']);
    const sent = { ...VIEW, messages: [mine, theirs] };
    expect(named(change(sent, { messages: [{ ...mine, status: 'sent' }, theirs] }))).to.deep.equal([
      'message:status m1',
    ]);
    expect(change(sent, { typing: sent.typing })).to.deep.equal([]);
  });

  it('[EVENT-6] tells that a message is shown no more, and keeps silent where only its key or the first page changes', () => {
    const self = member('me', false);
    const rows = [message('a', { at: 1 }), message('b', { at: 2 }), message('c', { at: 3 })];
    const view = { ...VIEW, self, messages: rows };
    expect(named(change(view, { messages: rows.filter(({ key }) => key !== 'b') }))).to.deep.equal([
      'message:deleted b',
    ]);
    expect(named(change(view, { messages: rows.slice(1) })), 'out of the window').to.deep.equal([]);
    const renewed = { messages: rows.slice(0, 2), self: member('again', false) };
    expect(named(change(view, renewed)), 'somebody else now').to.deep.equal([]);
  });

  it('[EVENT-2] keeps silent about the conversation so far: what storage, the join and older pages bring', () => {
    const old = message('old', { at: 10 });
    expect(named(viewEvents({ ...VIEW, phase: 'loading' }, { ...VIEW, messages: [old] }))).to.deep.equal([]);
    expect(named(change({ ...VIEW, path: 'connecting' }, { messages: [old] }))).to.deep.equal([]);
    const later = { ...VIEW, messages: [message('now', { at: 20 })] };
    expect(named(change(later, { messages: [old, ...later.messages] }))).to.deep.equal([]);
    expect(named(change(later, { messages: [...later.messages, message('next', { at: 30 })] }))).to.deep.equal([
      'message:received next',
    ]);
  });

  it('[EVENT-3] tells state, path and open links when one of them changes', () => {
    const linked = [member('Ada', true)];
    expect(change(VIEW, { members: linked, path: 'direct' })).to.deep.include({
      name: 'connection',
      detail: { state: 'online', path: 'direct', peers: 1 },
    });
    const down = change(VIEW, { connection: { state: 'down', since: 1 }, path: 'offline' });
    expect(down).to.deep.equal([{ name: 'connection', detail: { state: 'down', path: 'offline', peers: 0 } }]);
    const counted = { ...VIEW, connection: { state: 'down', since: 1 } } as const;
    expect(change(counted, { connection: { state: 'down', since: 1, retryAt: 9 } })).to.deep.equal([]);
  });

  it('[EVENT-4] tells who is present when someone comes, goes or changes name, and not when a link opens', () => {
    const ada = member('Ada', false);
    expect(change(VIEW, { members: [ada], count: 1 })).to.deep.equal([
      {
        name: 'presence',
        detail: { count: 1, members: [{ user: ada.user, name: 'Ada', replica: ada.replica }] },
      },
    ]);
    const with1 = { ...VIEW, members: [ada], count: 1 };
    expect(change(with1, { members: [{ ...ada, linked: true }] }).map(({ name }) => name)).to.deep.equal([
      'connection',
    ]);
    expect(change(with1, { members: [{ ...ada, name: 'Ada L.' }] }).map(({ name }) => name)).to.deep.equal([
      'presence',
    ]);
  });

  it('[EVENT-5] tells of unread messages, of typing and of a relay that refuses this visitor', () => {
    const authors = [{ user: member('Bo', false).user, name: 'Bo' }];
    expect(change(VIEW, { unread: 2 })).to.deep.equal([{ name: 'unread', detail: { count: 2 } }]);
    expect(change(VIEW, { typing: authors })).to.deep.equal([{ name: 'typing', detail: { authors } }]);
    const barred = { code: 'guests_off', message: 'no guests here' } as const;
    expect(change(VIEW, { barred })).to.deep.equal([{ name: 'error', detail: barred }]);
    expect(change({ ...VIEW, barred }, { unread: 0 })).to.deep.equal([]);
  });
});

describe('amended messages', () => {
  const told = () => ({ ...VIEW, messages: [message('a'), message('b', { mine: true, status: 'delivered' })] });

  function amended(rest: Partial<MessageView>) {
    return change(told(), { messages: [message('a', rest), ...told().messages.slice(1)] });
  }

  it('[EVENT-6] tells that a message was edited, with its text, or deleted', () => {
    const { author } = message('a');
    expect(amended({ text: 'A', edited: true })).to.deep.equal([
      { name: 'message:edited', detail: { key: 'a', author, text: 'A', at: 1 } },
    ]);
    expect(amended({ text: '', deleted: true })).to.deep.equal([{ name: 'message:deleted', detail: { key: 'a' } }]);
    expect(amended({ text: 'a', edited: true })).to.deep.equal([]);
  });

  it('[EVENT-6] tells all reactions of a message when they have changed, and only then', () => {
    const { author } = message('a');
    const reactions = [{ emoji: '👍', authors: [author], mine: false }];
    expect(amended({ reactions })).to.deep.equal([{ name: 'message:reactions', detail: { key: 'a', reactions } }]);
    const before = { ...told(), messages: [message('a', { reactions })] };
    expect(change(before, { messages: [message('a', { reactions: [...reactions] })] })).to.deep.equal([]);
  });

  it('[EVENT-6] a message that comes as a deleted one is told to nobody', () => {
    expect(
      change(told(), { messages: [...told().messages, message('c', { at: 9, text: '', deleted: true })] }),
    ).to.deep.equal([]);
  });

  it('[EVENT-1] tells that a message has been read', () => {
    const read = message('b', { mine: true, status: 'read' });
    expect(change(told(), { messages: [message('a'), read] })).to.deep.equal([
      { name: 'message:status', detail: { key: 'b', status: 'read' } },
    ]);
  });
});

const room = parseRoomName('lobby');
if (!room.ok) throw new Error(room.message);

const VIEW: RoomView = { ...loadingView(room.value), phase: 'open', path: 'relayed' };

function change(before: RoomView, changed: Partial<RoomView>) {
  return viewEvents(before, { ...before, ...changed });
}

function named(events: ReturnType<typeof viewEvents>): readonly string[] {
  return events.flatMap((event) => ('key' in event.detail ? [`${event.name} ${event.detail.key}`] : []));
}

const UNTOUCHED = { edited: false, deleted: false, reactions: [], seenBy: [] };

function message(key: string, rest: Partial<MessageView> = {}): MessageView {
  const { user, name } = member('Ada', false);
  return { key, author: { user, name }, mine: false, text: key, at: 1, ...UNTOUCHED, ...rest };
}

function member(name: string, linked: boolean): MemberView {
  const replica = name.padEnd(22, '_');
  if (!isReplicaId(replica) || !isUserId(name)) throw new Error('not an id');
  return { user: name, name, replica, self: false, muted: false, linked };
}
