import type { RoomView } from '../../../widget/core/view.ts';
import type { Room } from '../../../widget/runtime/room.ts';

/** A room whose view the test sets, and which writes down what is asked of it. */
export interface FakeRoom extends Room {
  readonly calls: readonly string[];
  show(view: RoomView): void;
}

export function fakeRoom(initial: RoomView, draft = ''): FakeRoom {
  let view = initial;
  let text = draft;
  const calls: string[] = [];
  const listeners = new Set<() => void>();
  const note = (call: string) => {
    calls.push(call);
  };
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
    onTraffic: () => () => undefined,
    join: (name) => note(`join ${name}`),
    send: (message) => note(`send ${message}`),
    retry: (key) => note(`retry ${key}`),
    discard: (key) => note(`discard ${key}`),
    typing: () => note('typing'),
    draft: () => text,
    setDraft(next) {
      text = next;
    },
    setVisible: (visible) => note(`visible ${visible}`),
    reconnect: () => note('reconnect'),
    leave: () => note('leave'),
    close: async () => note('close'),
  };
}
