import type { Room } from '../runtime/room.ts';
import { FailedLabel } from './failed.tsx';
import { useFullWords } from './full-words.ts';
import type { MessageRow } from './rows.ts';
import { StatusLabel } from './status.tsx';

interface BelowProps {
  readonly row: MessageRow;
  readonly room: Room;
  readonly showStatus: boolean;
}

/** What stands below a message's bubble: when it was written, and what became of mine. */
export function Below({ row: { message, last }, room, showStatus }: BelowProps) {
  const words = useFullWords();
  const { at, key, status } = message;
  return (
    <>
      <time class="stamp" dateTime={new Date(at).toISOString()}>
        {words.stamp(at)}
      </time>
      {(last || showStatus) && (
        <div class="meta" part="meta">
          {last && <span class="time">{words.time(at)}</span>}
          {showStatus && status === 'failed' && (
            <FailedLabel message={message} onRetry={() => room.retry(key)} onDelete={() => room.discard(key)} />
          )}
          {showStatus && status && status !== 'failed' && <StatusLabel status={status} />}
        </div>
      )}
    </>
  );
}
