import { enter, launch, leave, quantile, serveSite } from './pages.ts';

/**
 * How long two visitors of a room take from entering to Direct: one stays, the other comes anew each time, each in a
 * Chromium process of its own with a fresh profile. `npm run bench:links [-- <runs>]`
 */
const RUNS = Number(process.argv[2] ?? 30);

const site = await serveSite();
const [stays, comes] = await Promise.all([launch(), launch()]);

await enter(stays, site.url, 'Stays', 'waiting');
const times: number[] = [];
for (let run = 0; run < RUNS; run += 1) {
  const { page, ms } = await enter(comes, site.url, `Visitor ${run}`, 'direct');
  times.push(ms);
  await leave(page);
}

const at = (share: number) => Math.round(quantile(times, share));
console.log(`entering to Direct, ${RUNS} runs, ms: p50 ${at(0.5)}, p95 ${at(0.95)}, most ${at(1)}`);
console.log(`all: ${times.map((ms) => Math.round(ms)).join(' ')}`);

await Promise.all([stays.close(), comes.close()]);
await site.close();
