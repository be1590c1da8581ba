import type { MessageView, RoomView } from '../../core/view.ts';
import type { Command } from './seat.ts';

/**
 * A leader's view with the messages below it that it does not know of yet. Rows that `shown` has stay the same objects.
 *
 * @param now wall clock, ms since 1970
 */
export function withEchoes(base: RoomView, asked: readonly Command[], shown: RoomView, now: number): RoomView {
  const self = base.members.find((member) => member.self);
  if (!self) return base;
  const { user, name } = self;
  const known = new Set(base.messages.map(({ key }) => key));
  const echoes = asked.flatMap((command): MessageView[] => {
    if (command.type !== 'composed' || command.content.kind !== 'message' || known.has(command.draft)) return [];
    const { draft: key, content } = command;
    const before = shown.messages.find((row) => row.key === key);
    return [before ?? { ...NEW_ROW, key, author: { user, name }, text: content.text, at: now }];
  });
  return echoes.length === 0 ? base : { ...base, messages: [...base.messages, ...echoes] };
}

const NEW_ROW = { mine: true, edited: false, deleted: false, reactions: [], seenBy: [], status: 'queued' } as const;

/** My messages that a view shows as queued, as they were composed. */
export function unsentIn({ messages }: RoomView): readonly Command[] {
  return messages
    .filter(({ mine, status }) => mine && status === 'queued')
    .map(({ key, text }) => ({ type: 'composed', draft: key, content: { kind: 'message', text } }));
}
