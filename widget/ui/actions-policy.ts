import type { MessageView, RoomView } from '../core/view.ts';

/** What a visitor can do with a message. */
export type Action = 'react' | 'edit' | 'copy' | 'details' | 'report' | 'block' | 'mute' | 'ban' | 'delete';

/** What the visitor may do. */
export interface May {
  /** The room takes messages from them now. */
  readonly write: boolean;
  /** They are in the room: what they said they may take back, and report what others did. */
  readonly be: boolean;
  readonly moderate: boolean;
}

export function mayOf({ barred, writing, moderates }: RoomView): May {
  const be = !barred;
  return { be, write: be && (writing.state === 'open' || writing.state === 'slow'), moderate: be && moderates };
}

/** The emoji that are offered; any other that is already there can be joined by its pill. */
export const REACTIONS = ['👍', '❤️', '😂', '🎉', '😮', '😢'] as const;

/** What can be done with a message, in the order in which it is offered. */
export function actionsFor(message: MessageView, may: May): readonly Action[] {
  if (message.deleted) return [];
  if (message.mark) return ['details'];
  // What failed has Retry and Delete below it; what waits is mine alone, and not yet anywhere to react to.
  if (message.status === 'failed') return ['copy'];
  const isOut = message.status !== 'queued';
  const { mine, author } = message;
  const judged = !mine && may.moderate;
  return [
    ...(isOut && may.write ? (['react'] as const) : []),
    ...(mine && may.write ? (['edit'] as const) : []),
    'copy',
    ...(isOut ? (['details'] as const) : []),
    ...(!mine && may.be && !may.moderate ? (['report'] as const) : []),
    ...(mine ? [] : (['block'] as const)),
    ...(judged && author.role !== 'moderator' ? (['mute', 'ban'] as const) : []),
    ...((mine && may.be) || judged ? (['delete'] as const) : []),
  ];
}
