import { runSchedules } from '../../support/simulator/pool.ts';
import { run } from '../../support/simulator/run.ts';
import { scheduleOf } from '../../support/simulator/schedule.ts';
import { CLASSICS, SUBTLE } from './mutants.ts';

/**
 * Breaks the core in one place after the other and counts the random schedules until the simulator sees it:
 * `npm run test:mutants -- [<most schedules>] [<first seed>]`. Fails where a mutant gets through all of them.
 */
const [most = 10_000, first = 1] = process.argv.slice(2).map(Number);

for (const { name, patches } of [...CLASSICS, ...SUBTLE]) {
  const { runs, failures } = await runSchedules({ first, runs: most, failures: 1, patches });
  const [soonest] = failures.toSorted((a, b) => a.seed - b.seed);
  if (soonest && run(scheduleOf(soonest.seed)).length > 0)
    throw new Error(`seed ${soonest.seed} fails without any mutant: SEED=${soonest.seed} npm run test:schedules`);
  const told = soonest ? `seen after ${soonest.seed - first + 1}` : `NOT SEEN in ${runs}`;
  process.stdout.write(
    `${told.padEnd(20)} ${name}\n${soonest ? `${' '.repeat(21)}${soonest.wrong[0]?.split('\n')[0]}\n` : ''}`,
  );
  if (!soonest) process.exitCode = 1;
}
