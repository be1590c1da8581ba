import { refuse } from '../../../protocol/result.ts';
import type { MessageDetails, RoomView } from '../../../widget/core/view.ts';
import type { Room, RoomLock } from '../../../widget/runtime/room.ts';

/** A room whose view the test sets, and which writes down what is asked of it. */
export interface FakeRoom extends Room {
  readonly calls: readonly string[];
  show(view: RoomView): void;
}

export function fakeRoom(initial: RoomView, draft = '', isEncrypted = false): FakeRoom {
  let view = initial;
  let text = draft;
  const calls: string[] = [];
  const listeners = new Set<() => void>();
  const note = (call: string) => {
    calls.push(call);
  };
  const lock = isEncrypted ? fakeLock(note) : undefined;
  return {
    calls,
    show(next) {
      view = next;
      for (const listener of listeners) listener();
    },
    view: () => view,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    observe: () => () => undefined,
    isNamed: () => false,
    isEncrypted,
    lock: () => lock,
    join: (name) => note(`join ${name}`),
    send: (message) => note(`send ${message}`),
    retry: (key) => note(`retry ${key}`),
    discard: (key) => note(`discard ${key}`),
    edit: (key, changed) => note(`edit ${key} ${changed}`),
    remove: (key) => note(`remove ${key}`),
    react: (key, emoji) => note(`react ${key} ${emoji}`),
    moderate: (decision) => note(`moderate ${JSON.stringify(decision)}`),
    report: (key) => note(`report ${key}`),
    dismiss: (key) => note(`dismiss ${key}`),
    block: (user, _name, on) => note(`block ${user} ${on}`),
    async details(key) {
      note(`details ${key}`);
      return details(view, key);
    },
    code: async () => refuse('room_forbidden', 'not by codes'),
    loadEarlier: () => note('loadEarlier'),
    typing: () => note('typing'),
    draft: () => text,
    setDraft(next) {
      text = next;
    },
    setVisible: (visible) => note(`visible ${visible}`),
    hideAddress(hidden) {
      note(`hideAddress ${hidden}`);
      this.show({ ...view, address: hidden ? 'hidden' : 'shown' });
    },
    reconnect: () => note('reconnect'),
    leave: () => note('leave'),
    close: async () => note('close'),
  };
}

export const LINK = `https://example.com/reading#natter-key=${'k'.repeat(42)}A`;

/** A lock that takes one passphrase. */
function fakeLock(note: (call: string) => void): RoomLock {
  let made = 0;
  return {
    async unlock(text) {
      note(`unlock ${text}`);
      if (text.startsWith('#')) return 'unreadable';
      return text === 'open sesame' ? 'opened' : 'useless';
    },
    create: async () => note('create'),
    link: async () => (made === 0 ? LINK : `${LINK}.${'p'.repeat(21)}A`),
    async rotate() {
      note('rotate');
      made += 1;
    },
  };
}

/** Details as a room would tell them: of mine, the members have it by turns; another's came directly. */
function details({ messages, members }: RoomView, key: string): MessageDetails | undefined {
  const message = messages.find((candidate) => candidate.key === key);
  if (!message) return undefined;
  if (!message.mine) {
    return { key, arrived: { at: message.at + 400, path: 'link' }, relayed: false, receipts: [], readers: undefined };
  }
  const receipts = members
    .filter(({ self }) => !self)
    .map(({ user, name }, index) => {
      const held = index % 3 !== 2;
      const where = { at: message.at + (index + 1) * 61_000, path: index % 2 === 0 ? 'link' : 'relay' } as const;
      return { user, name, held, read: index % 3 === 0, ...(held ? where : {}) };
    });
  return { key, arrived: undefined, relayed: true, receipts, readers: undefined };
}
