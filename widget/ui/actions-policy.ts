import type { MessageView } from '../core/view.ts';

/** What a visitor can do with a message. */
export type Action = 'react' | 'edit' | 'copy' | 'details' | 'delete';

/** The emoji that are offered; any other that is already there can be joined by its pill. */
export const REACTIONS = ['👍', '❤️', '😂', '🎉', '😮', '😢'] as const;

/** What can be done with a message, in the order in which it is offered. `canWrite`: the room takes messages from me. */
export function actionsFor(message: MessageView, canWrite: boolean): readonly Action[] {
  if (message.deleted) return [];
  if (message.mark) return ['details'];
  // What failed has Retry and Delete below it; what waits is mine alone, and not yet anywhere to react to.
  if (message.status === 'failed') return ['copy'];
  const isOut = message.status !== 'queued';
  const own = message.mine && canWrite;
  return [
    ...(isOut && canWrite ? (['react'] as const) : []),
    ...(own ? (['edit'] as const) : []),
    'copy',
    ...(isOut ? (['details'] as const) : []),
    ...(own ? (['delete'] as const) : []),
  ];
}
