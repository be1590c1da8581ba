import type { BrowserName } from './lab/lab.ts';
import { play, type Scenario } from './lab/scenario.ts';
import { needsNetworks } from './lab/suite.ts';
import { type Run, summary, table } from './lab/table.ts';
import { expectKept } from './lab/verdict.ts';
import { BLACKHOLES, CLEAN, UDP_MID_CHAT } from './scenarios.ts';

const BROWSERS: readonly [BrowserName, BrowserName] = ['Chromium', 'Chromium'];
const [BLACKHOLE = CLEAN] = BLACKHOLES;

/** The part of the network tests that CI runs; `npm run test:network` runs all of them. */
describe('two people who write all the time, each in a network of their own', () => {
  const runs: Run[] = [];
  needsNetworks();

  const plays = (scenario: Scenario) => async () => {
    const result = await play(scenario, BROWSERS);
    runs.push({ scenario, browsers: BROWSERS, result });
    expectKept(scenario, result);
  };

  it('[BAD-1] lose nothing and see nothing twice while nothing is wrong', plays(CLEAN)).timeout(60_000);

  it(
    '[BAD-1] [BAD-2] [BAD-5] fall back when UDP is blocked mid-chat, and are linked again',
    plays(UDP_MID_CHAT),
  ).timeout(120_000);

  it('[BAD-1] get everything once after 3 s in which nothing passed', plays(BLACKHOLE)).timeout(90_000);

  after(() => process.stdout.write(`\n${table(runs)}\n\n${summary(runs)}\n`));
});
