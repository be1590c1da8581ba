import { parseArgs } from 'node:util';
import { bundleForNode } from '../support/node-bundle.ts';
import { isClean } from './ledger.ts';
import { SCENARIOS } from './scenarios.ts';
import { line, table } from './table.ts';
import { type Outcome, tryScenario } from './trial.ts';

const { values: flags } = parseArgs({
  options: {
    clients: { type: 'string', default: '500' },
    rate: { type: 'string', default: '200' },
    relays: { type: 'string', default: '3' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
  },
});
const scale = {
  clients: Number(flags.clients),
  roomSize: 10,
  perSecond: Number(flags.rate),
  relays: Number(flags.relays),
  seed: Number(flags.seed),
  keeps: true,
};
const bundle = await bundleForNode('test/chaos/crowd/main.ts');
const outcomes: Outcome[] = [];
for (const scenario of SCENARIOS.filter(({ name }) => name.includes(flags.only))) {
  const outcome = await tryScenario(scenario, scale, { before: 5_000, after: 10_000 }, bundle.file);
  outcomes.push(outcome);
  console.log(line(outcome));
  const { lost, twice, unsaid, unsent, disordered, lostThoughSent } = outcome.verdict;
  if (!isClean(outcome.verdict))
    console.log(JSON.stringify({ lost: lost.slice(0, 5), lostThoughSent: lostThoughSent.length, twice: twice.slice(0, 5), unsaid: unsaid.slice(0, 5), unsent: unsent.slice(0, 5), disordered }));
}
console.log(table(outcomes));
await bundle.remove();
process.exit(outcomes.every(({ verdict }) => isClean(verdict)) ? 0 : 1);
