import { expect } from 'chai';
import { runSchedules } from '../../support/simulator/pool.ts';
import { report } from '../../support/simulator/run.ts';

const RUNS = 10_000;
/** The same schedules each time, so that what fails is the change's doing; `npm run test:schedules` looks at new ones. */
const FIRST = 1;
/** Set to see one schedule again. */
const given = process.env.SEED || process.env.FC_SEED;

describe('the room core under any schedule of faults', () => {
  it('[CORE-1] [CORE-2] [CORE-3] [CORE-4] [CORE-5] [CORE-6] [CORE-7] [DEL-1] [REPL-2] loses nothing, shows nothing twice, converges, takes no status back and stays bounded', async function () {
    // Half a minute on two free cores.
    this.timeout(600_000);
    const first = !given ? FIRST : Number(given);
    const runs = !given ? RUNS : 1;
    const outcome = await runSchedules({ first, runs, failures: 1 });
    const [failure] = outcome.failures.toSorted((a, b) => a.seed - b.seed);
    if (failure) expect.fail(`SEED=${failure.seed} fails (of ${outcome.runs} from ${first}):\n${report(failure.seed)}`);
    expect(outcome.runs).to.equal(runs);
  });
});
