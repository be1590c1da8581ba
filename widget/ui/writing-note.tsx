import { useEffect, useState } from 'preact/hooks';
import type { WritingView } from '../core/view.ts';
import { useFullWords } from './full-words.ts';

const SECOND = 1_000;

/** Stands where one writes, or above it, while a rule of the room keeps this visitor from that: which, and until when. */
export function WritingNote({ writing }: { writing: WritingView }) {
  const words = useFullWords();
  const until = writing.state === 'slow' ? writing.until : undefined;
  const now = useNow(until !== undefined);
  switch (writing.state) {
    case 'muted':
      return (
        <p class="barred" role="status">
          {words.text('writingMuted', {
            time: isToday(writing.until) ? words.time(writing.until) : words.stamp(writing.until),
          })}
        </p>
      );
    case 'read-only':
      return (
        <p class="barred" role="status">
          {words.text('writingReadOnly')}
        </p>
      );
    case 'slow': {
      const seconds = Math.max(1, Math.ceil((writing.until - now) / SECOND));
      return <p class="slow-note">{words.plural('writingSlow', seconds)}</p>;
    }
    default:
      return null;
  }
}

function isToday(at: number): boolean {
  return new Date(at).toDateString() === new Date().toDateString();
}

function useNow(isRunning: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!isRunning) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), SECOND);
    return () => clearInterval(timer);
  }, [isRunning]);
  return now;
}
