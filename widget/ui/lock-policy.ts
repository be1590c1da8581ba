import type { MessageView } from '../core/view.ts';

/**
 * What a visitor must know of their keys: nothing; some messages are locked with another key; or all that others have
 * written is, so that theirs is a wrong one or has been replaced.
 */
export type LockState = 'open' | 'some' | 'all';

export function lockStateOf(messages: readonly MessageView[]): LockState {
  if (!messages.some(({ mark }) => mark === 'locked')) return 'open';
  return messages.some(({ mine, mark }) => !mine && mark === undefined) ? 'some' : 'all';
}
