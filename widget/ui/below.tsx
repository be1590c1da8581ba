import type { Room } from '../runtime/room.ts';
import { FailedLabel } from './failed.tsx';
import { useFullWords } from './full-words.ts';
import { Reactions } from './reactions.tsx';
import type { MessageRow } from './rows.ts';
import { SeenBy } from './seen-by.tsx';
import { StatusLabel } from './status.tsx';

interface BelowProps {
  readonly row: MessageRow;
  readonly room: Room;
  readonly showStatus: boolean;
}

/** What stands below a message's bubble: when it was written, what others made of it, and what became of mine. */
export function Below({ row: { message, last }, room, showStatus }: BelowProps) {
  const words = useFullWords();
  const { at, key, status, deleted, reactions, seenBy } = message;
  return (
    <>
      <time class="stamp" dateTime={new Date(at).toISOString()}>
        {words.stamp(at)}
      </time>
      {reactions.length > 0 && !deleted && <Reactions message={message} room={room} />}
      {(last || showStatus || seenBy.length > 0) && (
        <div class="meta" part="meta">
          {last && <span class="time">{words.time(at)}</span>}
          {showStatus && status === 'failed' && (
            <FailedLabel message={message} onRetry={() => room.retry(key)} onDelete={() => room.discard(key)} />
          )}
          {showStatus && status && status !== 'failed' && <StatusLabel status={status} />}
          {seenBy.length > 0 && <SeenBy readers={seenBy} />}
        </div>
      )}
    </>
  );
}
