import { expect } from 'chai';
import type { BrowserName } from '../lab/lab.ts';
import { play, type Scenario } from '../lab/scenario.ts';
import { needsNetworks } from '../lab/suite.ts';
import { type Run, summary, table } from '../lab/table.ts';
import { expectKept } from '../lab/verdict.ts';
import {
  BLACKHOLES,
  CLEAN,
  LOSSY,
  NEW_ADDRESS,
  THROUGH_TURN,
  UDP_FROM_THE_START,
  UDP_MID_CHAT,
  withHistory,
} from '../scenarios.ts';

const PAIRS: readonly (readonly [BrowserName, BrowserName])[] = [
  ['Chromium', 'Chromium'],
  ['Chromium', 'Firefox'],
];
const CAUGHT_UP_WITHIN = 2_000;

/** Every scenario with every pair of browsers; `npm run test:network -- --grep NAT` runs some. */
describe('two people on bad networks', () => {
  const runs: Run[] = [];
  needsNetworks();

  const playAll = (scenarios: readonly Scenario[]) => {
    for (const browsers of PAIRS) {
      for (const scenario of scenarios) {
        const history = scenario.history > 0 ? 'on' : 'off';
        it(`${browsers.join(' and ')}: ${scenario.name}, history ${history}`, async () => {
          const result = await play(scenario, browsers);
          runs.push({ scenario, browsers, result });
          expectKept(scenario, result);
        }).timeout(300_000);
      }
    }
  };

  describe('[BAD-1] [LINK-4] lose nothing and see nothing twice', () => playAll([CLEAN, LOSSY, withHistory(LOSSY)]));

  describe('[BAD-5] chat by the relay where UDP is blocked', () =>
    playAll([UDP_FROM_THE_START, UDP_MID_CHAT, withHistory(UDP_MID_CHAT)]));

  describe('[BAD-1] [BAD-2] find out that a path has died, and lose nothing by it', () =>
    playAll([...BLACKHOLES, ...BLACKHOLES.filter(({ fault }) => fault?.lasts === 15_000).map(withHistory)]));

  describe('[BAD-4] are linked through TURN where there is no other way', () => playAll(THROUGH_TURN));

  describe('[BAD-6] go on when an address changes', () => playAll([NEW_ADDRESS, withHistory(NEW_ADDRESS)]));

  // A suite of its own, as mocha runs a suite's tests before its suites.
  describe('altogether', () => {
    it('[BAD-3] have what has waited within 2 s of a new path’s hello', () => {
      const times = runs.flatMap(({ result }) => (result.caughtUp === undefined ? [] : [result.caughtUp]));
      expect(Math.max(0, ...times)).to.be.lessThan(CAUGHT_UP_WITHIN);
    });
  });

  after(() => process.stdout.write(`\n${table(runs)}\n\n${summary(runs)}\n`));
});
