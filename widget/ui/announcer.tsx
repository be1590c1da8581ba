import { useEffect, useRef, useState } from 'preact/hooks';
import type { MessageView } from '../core/view.ts';
import type { FullWords } from '../i18n/full-words.ts';
import { useFullWords } from './full-words.ts';

/** What came within this time, ms, is read out as one. */
const BATCH = 1_000;
/** More than this in one batch is only counted. */
const SPOKEN = 3;

/** Reads out new messages of others, in batches, but not what was there before. Invisible. */
export function Announcer({ messages }: { messages: readonly MessageView[] }) {
  const words = useFullWords();
  return (
    <div class="unseen" aria-live="polite">
      {useAnnouncements(messages, words)}
    </div>
  );
}

function useAnnouncements(messages: readonly MessageView[], words: FullWords): string {
  const [sentence, setSentence] = useState('');
  const seen = useRef(new Set(messages.map(({ key }) => key)));
  const waiting = useRef<MessageView[]>([]);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const since = useRef(Date.now());
  useEffect(() => {
    for (let index = messages.length - 1; index >= 0; index -= 1) {
      const message = messages[index];
      if (!message || seen.current.has(message.key)) break;
      seen.current.add(message.key);
      if (!message.mine && !message.deleted && !message.mark && message.at >= since.current)
        waiting.current.unshift(message);
    }
    if (waiting.current.length === 0 || timer.current !== undefined) return;
    timer.current = setTimeout(() => {
      timer.current = undefined;
      setSentence(announce(waiting.current, words));
      waiting.current = [];
    }, BATCH);
  }, [messages, words]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return sentence;
}

function announce(messages: readonly MessageView[], words: FullWords): string {
  if (messages.length > SPOKEN) return words.plural('announced', messages.length);
  return messages.map(({ author, text }) => words.text('said', { name: author.name, text })).join('\n');
}
