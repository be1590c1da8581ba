import { runSchedules } from '../../support/simulator/pool.ts';
import { report } from '../../support/simulator/run.ts';

/**
 * Many random schedules, for a long look: `npm run test:schedules -- [<runs>] [<first seed>]`.
 * `SEED=<seed> npm run test:schedules` runs that one alone and tells it.
 */
const SLICE = 20_000;
const seed = process.env.SEED || process.env.FC_SEED;
const [runs = 100_000, first = Date.now() % 2 ** 31] = process.argv.slice(2).map(Number);

if (!seed) await look();
else say(report(Number(seed)));

async function look(): Promise<void> {
  const start = Date.now();
  let done = 0;
  const failed = new Set<number>();
  while (done < runs && failed.size === 0) {
    const outcome = await runSchedules({ first: first + done, runs: Math.min(SLICE, runs - done), failures: 3 });
    done += outcome.runs;
    for (const failure of outcome.failures) failed.add(failure.seed);
    const seconds = Math.round((Date.now() - start) / 1000);
    say(`${done} schedules from seed ${first} in ${seconds} s, ${failed.size} failed`);
  }
  for (const one of failed) say(`\nSEED=${one}\n${report(one)}`);
  process.exitCode = failed.size > 0 ? 1 : 0;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
