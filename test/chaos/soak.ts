import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { bundleForNode } from '../support/node-bundle.ts';
import { seeded } from '../support/simulator/random.ts';
import { writeFigures } from './document.ts';
import { isClean, summary } from './ledger.ts';
import { flatness, Samples, soakTable } from './samples.ts';
import { SCENARIOS } from './scenarios.ts';
import { Stage } from './stage.ts';
import { line } from './table.ts';
import { runStretch } from './trial.ts';

/**
 * `npm run soak [-- --minutes 30] [--seed N] [--only Redis]`: one crowd, a fault every 30 s, drawn from the scenarios. The last relay is
 * never restarted: its memory and handles are what is judged. Fails where a message is lost or shown twice, or they grow.
 */
const FAULT_EVERY_MS = 30_000;
const SAMPLE_MS = 5_000;

const { values: flags } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    only: { type: 'string', default: '' },
    clients: { type: 'string', default: '200' },
    rate: { type: 'string', default: '40' },
  },
});
const scale = {
  clients: Number(flags.clients),
  roomSize: 5,
  perSecond: Number(flags.rate),
  relays: 3,
  spared: 1,
  // Clients would gather at the relay that is never restarted, and its memory would tell of that.
  balanced: 'fewest' as const,
  // Redis' memory comes to its bound early, and a Redis that comes back empty is given no more than that.
  relayFlags: ['--history', '300'],
  seed: Number(flags.seed),
};
process.stdout.write(
  `${`seed ${flags.seed}, ${scale.clients} clients, ${scale.perSecond} messages/s, ${flags.minutes} min`}\n`,
);

const random = seeded(scale.seed);
const faults = SCENARIOS.slice(1).filter(({ name }) => name.includes(flags.only));
const bundle = await bundleForNode('test/chaos/crowd/main.ts');
const stage = await Stage.start(scale, bundle.file);
const samples = new Samples();
const began = performance.now();
const sampling = setInterval(() => void samples.take(stage, performance.now() - began), SAMPLE_MS);
const end = Number(flags.minutes) * 60_000;
const totals = { faults: 0, said: 0, dirty: 0 };
for (let stretch = 1; performance.now() - began < end; stretch += 1) {
  const next = wait(FAULT_EVERY_MS);
  const scenario = faults[Math.floor(random() * faults.length)];
  if (!scenario) throw new Error('no scenario');
  const outcome = await runStretch(stage, scenario, { before: 5_000, after: 5_000 }, stretch);
  await scenario.mend?.(stage);
  totals.faults += 1;
  totals.said += outcome.verdict.said;
  process.stdout.write(`${((performance.now() - began) / 60_000).toFixed(1)} min: ${line(outcome)}\n`);
  if (!isClean(outcome.verdict)) {
    totals.dirty += 1;
    process.stdout.write(`${summary(outcome.verdict)}\nrelays: ${(await stage.readiness()).join(', ')}\n`);
  }
  await next;
}
clearInterval(sampling);
await stage.close();
await bundle.remove();

const flat = flatness(samples.all());
const figures = [
  `${flags.minutes} minutes, seed ${flags.seed}: ${scale.clients} clients in rooms of ${scale.roomSize}, ${totals.said} messages,`,
  `${totals.faults} faults; ${totals.dirty === 0 ? 'nothing was lost or shown twice, and every room has one order' : `${totals.dirty} of them with messages lost, doubled or out of order`}.`,
  `\n\n${soakTable(samples.all())}\n\n${flat.sentence}`,
].join(' ');
process.stdout.write(`\n${figures}\n`);
writeFigures('soak', figures);
process.exit(totals.dirty === 0 && flat.holds ? 0 : 1);
