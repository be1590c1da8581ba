import { expect } from 'chai';
import { bundleForNode, type NodeBundle } from '../support/node-bundle.ts';
import { isClean, summary } from './ledger.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';
import { Stage } from './stage.ts';
import { line, quantile } from './table.ts';
import { runStretch } from './trial.ts';

/** What fits into two minutes of a busy machine; `npm run chaos` does all. */
const SCALE = { clients: 60, roomSize: 6, perSecond: 20, relays: 2, seed: 1 };
const COURSE = { before: 2_000, after: 6_000 };

function scenario(name: string): Scenario {
  const found = SCENARIOS.find((one) => one.name.startsWith(name));
  if (!found) throw new Error(`no scenario ${name}`);
  return found;
}

describe('a crowd at two relays, in the middle of its conversations', function () {
  this.timeout(120_000);
  let bundle: NodeBundle;
  let stage: Stage;

  before(async () => {
    bundle = await bundleForNode('test/chaos/crowd/main.ts');
    stage = await Stage.start(SCALE, bundle.file);
  });

  after(async () => {
    await stage?.close();
    await bundle.remove();
  });

  const survives = async (name: string, stretch: number) => {
    const outcome = await runStretch(stage, scenario(name), COURSE, stretch);
    process.stdout.write(`      ${line(outcome)}\n`); // times are told and not judged: this machine may be busy
    expect(isClean(outcome.verdict), summary(outcome.verdict)).to.equal(true);
    expect(outcome.verdict.said).to.be.above(100);
    return outcome;
  };

  it('[CHAOS-1] [RED-11] loses nothing and shows nothing twice when Redis is killed and comes back empty', async () => {
    await survives('Redis killed (kill -9), back empty', 1);
  });

  it('[CHAOS-1] [CHAOS-2] nor when a relay is killed, and whoever was cut is back', async () => {
    const { resumed } = await survives('relay killed', 2);
    expect(resumed).to.not.have.length(0);
    expect(quantile(resumed, 1)).to.be.below(30_000);
  });
});
