import type { KeyId } from '../../../protocol/envelope.ts';
import type { MessageView } from '../../core/view.ts';

/**
 * What a key that is not held yet would open of a conversation: nothing; messages, and among others' none that can be read
 * is newer; or messages before such a one.
 */
export type KeyUse = 'none' | 'newest' | 'older';

export function useOf(key: KeyId, messages: readonly MessageView[]): KeyUse {
  const opens = messages.findLastIndex(({ lockedBy }) => lockedBy === key);
  if (opens < 0) return 'none';
  const read = messages.findLastIndex(({ mine, mark }) => !mine && mark === undefined);
  return opens > read ? 'newest' : 'older';
}
