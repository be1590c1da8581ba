import type { Entry } from '../../../protocol/entry.ts';
import type { RoomName } from '../../../protocol/ids.ts';
import { Inbox } from '../../../widget/runtime/inbox.ts';
import { Trust } from '../../../widget/runtime/trust.ts';
import { type PageRelay, pageRelay } from './page-relay.ts';

/** What one catch-up took. */
export interface CatchUp {
  readonly genuine: number;
  readonly ms: number;
  /** The longest time between two frames of the page while entries were checked, ms. */
  readonly longestFrame: number;
}

declare global {
  interface Window {
    catchUp(authors: number, entries: number, forged: number): Promise<CatchUp>;
  }
}

const ROOM = 'lobby' as RoomName;
const CHUNK = 200;
const START = 1_700_000_000_000;
const { subtle } = crypto;

/** Lets an inbox check entries of so many authors, in the chunks in which they come; `forged` of them are altered. */
window.catchUp = async (authors, count, forged) => {
  // As new as a page that has just joined: each certificate is checked once in it, too.
  const relay = await pageRelay(ROOM);
  const trust = new Trust(subtle, ROOM, [relay.key]);
  const written = await Promise.all(Array.from({ length: authors }, (_, n) => write(relay, count / authors, n)));
  const entries = written.flat().map((entry, n) => (n < forged ? { ...entry, payload: '{"text":"altered"}' } : entry));
  let genuine = 0;
  const inbox = new Inbox('relay', {
    flooded: () => undefined,
    dropped: () => undefined,
    check: ({ entry }) => trust.check(entry),
    entries: () => undefined,
    control: (_via, frame) => {
      if (frame.kind === 'entries') genuine += frame.entries.length;
    },
  });
  const frames = watchFrames();
  await nextFrame();
  const started = performance.now();
  for (let from = 0; from < count; from += CHUNK) {
    const chunk = entries.slice(from, from + CHUNK).map((entry) => ({ v: 1, entry }) as const);
    inbox.push({ v: 1, kind: 'entries', entries: chunk, more: from + CHUNK < count });
  }
  await new Promise<void>((resolve) => inbox.run(resolve));
  const ms = performance.now() - started;
  await nextFrame();
  return { genuine, ms, longestFrame: frames.longest() };
};

async function write(relay: PageRelay, count: number, author: number): Promise<readonly Entry[]> {
  const identity = await relay.identify(`Author ${author}`, START - 60_000);
  const numbered = Array.from({ length: count }, (_, n) => ({
    ...{ draft: `${n}`, seq: n + 1, clock: [START + n, author] as const, kind: 'message' },
    payload: JSON.stringify({ text: `message ${n} of ${author}: ${'lorem ipsum '.repeat(8)}` }),
  }));
  return (await identity.seal(null, numbered)).map(({ entry }) => entry);
}

function watchFrames(): { longest(): number } {
  let longest = 0;
  let last = performance.now();
  const look = () => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  return { longest: () => longest };
}

function nextFrame(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => resolve());
  });
}
