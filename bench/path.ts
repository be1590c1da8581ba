import type { Page } from 'playwright-core';
import { enter, launch, leave, quantile, type Site, serveSite } from './pages.ts';

/**
 * How long a message takes from `Natter.send` in one browser to the page's event in another, each a Chromium process of
 * its own: by a link alone, by a link and the relay at once (history on), and by the relay alone. The ways take turns.
 * Times are compared across processes by each page's own wall clock of the one machine. `npm run bench:path [-- <rounds>]`
 */
const ROUNDS = Number(process.argv[2] ?? 3);
const MESSAGES = 100;
/** Between two messages, ms: a calm conversation, not a flood. */
const EVERY = 50;

interface Way {
  readonly name: string;
  readonly query: string;
  readonly path: 'direct' | 'relayed';
  readonly site: Site;
}

const without = await serveSite({ history: 0 });
const withHistory = await serveSite();
const ways: readonly Way[] = [
  { name: 'link alone (no history)', query: '', path: 'direct', site: without },
  { name: 'link and relay (history)', query: '', path: 'direct', site: withHistory },
  { name: 'relay alone', query: '?p2p=off', path: 'relayed', site: withHistory },
];
const [one, other] = await Promise.all([launch(), launch()]);

const all = new Map<string, number[][]>();
for (let round = 0; round < ROUNDS; round += 1) {
  for (const { name, query, path, site } of ways) {
    const listener = await enter(other, site.url + query, 'Hears', 'waiting');
    const speaker = await enter(one, site.url + query, 'Speaks', path);
    all.set(name, [...(all.get(name) ?? []), await measure(speaker.page, listener.page)]);
    await leave(speaker.page);
    await leave(listener.page);
  }
}

for (const [name, rounds] of all) {
  const of = (share: number) => rounds.map((times) => quantile(times, share));
  const median = (numbers: readonly number[]) => quantile(numbers, 0.5).toFixed(1);
  const raw = rounds.map((times) => [0.5, 0.99, 1].map((share) => quantile(times, share).toFixed(1)).join('/'));
  console.log(
    `${name}: p50 ${median(of(0.5))} ms, p99 ${median(of(0.99))} ms; rounds (p50/p99/most): ${raw.join(' ')}`,
  );
}

await Promise.all([one.close(), other.close()]);
await without.close();
await withHistory.close();

/** Sends one message after the other and gives how long each took, ms. */
async function measure(speaker: Page, listener: Page): Promise<number[]> {
  const heard = listener.evaluate(
    (count) =>
      new Promise<number[]>((resolve) => {
        const times: number[] = [];
        document.addEventListener('natter:message:received', (event) => {
          const { text } = (event as CustomEvent<{ text: string }>).detail;
          times.push(performance.timeOrigin + performance.now() - Number(text));
          if (times.length === count) resolve(times);
        });
      }),
    MESSAGES,
  );
  await speaker.evaluate(
    async ([count, every]) => {
      const { Natter } = globalThis as unknown as { Natter: { send(text: string): void } };
      for (let n = 0; n < count; n += 1) {
        Natter.send(String(performance.timeOrigin + performance.now()));
        await new Promise((resolve) => setTimeout(resolve, every));
      }
    },
    [MESSAGES, EVERY] as const,
  );
  return heard;
}
