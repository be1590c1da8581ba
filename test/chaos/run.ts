import { parseArgs } from 'node:util';
import { bundleForNode } from '../support/node-bundle.ts';
import { writeFigures } from './document.ts';
import { isClean, summary } from './ledger.ts';
import { SCENARIOS } from './scenarios.ts';
import { BACK_P99_MS, BUSIEST_SHARE, RELAY_BOUND, storm, stormTable } from './storm.ts';
import { line, quantile, table } from './table.ts';
import { type Outcome, tryScenario } from './trial.ts';

/**
 * `npm run chaos`: every scenario on a stage of its own, then the storm. Writes docs/chaos.md, unless some scenarios are chosen:
 * `-- --only Redis`. Fails where a message is lost, shown twice or out of order.
 */
const STORM = 'storm';
/** ms. The crowd's code is compiled by then: before that its processes are busy with themselves, not with the fault. */
const COURSE = { before: 15_000, after: 10_000 };
const { values: flags } = parseArgs({
  options: {
    clients: { type: 'string', default: '500' },
    rate: { type: 'string', default: '200' },
    room: { type: 'string', default: '4' },
    relays: { type: 'string', default: '3' },
    seed: { type: 'string', default: '1' },
    /** Scenarios whose names have this in them. */
    only: { type: 'string', default: '' },
    'storm-clients': { type: 'string', default: '1000' },
  },
});
const scale = {
  clients: Number(flags.clients),
  roomSize: Number(flags.room),
  perSecond: Number(flags.rate),
  relays: Number(flags.relays),
  seed: Number(flags.seed),
};
const isWhole = flags.only === '';
const bundle = await bundleForNode('test/chaos/crowd/main.ts');
const failed: string[] = [];

const outcomes: Outcome[] = [];
for (const scenario of SCENARIOS.filter(({ name }) => name.includes(flags.only))) {
  const outcome = await tryScenario(scenario, scale, COURSE, bundle.file);
  outcomes.push(outcome);
  process.stdout.write(`${line(outcome)}\n`);
  if (isClean(outcome.verdict)) continue;
  failed.push(scenario.name);
  process.stdout.write(`${summary(outcome.verdict)}\n`);
}
const who = `${scale.clients} clients in rooms of ${scale.roomSize}, ${scale.perSecond} messages/s in all, ${scale.relays} relays.`;
if (outcomes.length > 0) process.stdout.write(`\n${who}\n\n${table(outcomes)}\n`);
if (isWhole) writeFigures('scenarios', `${who}\n\n${table(outcomes)}`);

if (isWhole || flags.only === STORM) {
  const outcome = await storm({ ...scale, clients: Number(flags['storm-clients']), roomSize: 10 }, bundle.file);
  process.stdout.write(`\n${stormTable(outcome)}\n\nfirst tries in each 100 ms: ${outcome.tries.join(' ')}\n`);
  writeFigures('storm', stormTable(outcome));
  if (outcome.back.length < outcome.clients) failed.push('storm: not all came back');
  const p99 = quantile(outcome.back, 0.99) ?? Number.POSITIVE_INFINITY;
  if (p99 > BACK_P99_MS) failed.push('storm: 99% were not back in time');
  if (Math.max(...outcome.tries) > outcome.clients * BUSIEST_SHARE) failed.push('storm: too many came back at once');
  if (outcome.relays.some(({ most }) => most > RELAY_BOUND)) failed.push('storm: a relay grew past its bound');
}
await bundle.remove();
for (const name of failed) process.stderr.write(`failed: ${name}\n`);
process.exit(failed.length > 0 ? 1 : 0);
