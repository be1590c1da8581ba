import { certificateBody } from '../../../protocol/certificate.ts';
import type { Entry } from '../../../protocol/entry.ts';
import type { RoomName } from '../../../protocol/ids.ts';
import { certificateText } from '../../../protocol/seal.ts';
import { createKeys, identityOf } from '../../../widget/runtime/identity.ts';
import { Inbox } from '../../../widget/runtime/inbox.ts';
import { signWith } from '../../../widget/runtime/keys.ts';
import { Trust } from '../../../widget/runtime/trust.ts';

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
  const relay = await makeRelay();
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

interface Relay {
  /** base64url of its raw public key. */
  readonly key: string;
  certify(key: string, name: string): Promise<string>;
}

async function makeRelay(): Promise<Relay> {
  const { keys } = await createKeys(subtle);
  const { publicKey } = await identityOf({ keys }, ROOM, subtle);
  return {
    key: publicKey,
    async certify(key, name) {
      const from = START - 60_000;
      const body = certificateBody({ key, user: undefined, name, role: 'member', from, until: from + 900_000 });
      return `${body}.${await signWith(subtle, keys.privateKey, certificateText(ROOM, body))}`;
    },
  };
}

async function write(relay: Relay, count: number, author: number): Promise<readonly Entry[]> {
  const identity = await identityOf(await createKeys(subtle), ROOM, subtle);
  identity.certified(await relay.certify(identity.publicKey, `Author ${author}`));
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
