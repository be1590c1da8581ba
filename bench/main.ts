import { parseArgs } from 'node:util';
import type { Settings } from './compare.ts';
import { CALM_PARTS } from './parts/calm.ts';
import { FAN_OUT, TRUST_PARTS } from './parts/fan-out.ts';
import { IDLE_PART } from './parts/idle.ts';
import type { Part, Report } from './parts/part.ts';
import { ROOMS_PART } from './parts/rooms.ts';
import { STALLED_PART } from './parts/stalled.ts';
import { machine, writeReport } from './report.ts';

const PARTS: readonly Part[] = [...FAN_OUT, ...TRUST_PARTS, ...CALM_PARTS, ROOMS_PART, IDLE_PART, STALLED_PART];
const QUICK = { rounds: 1, seconds: 2 };

const { values: flags } = parseArgs({
  options: {
    /** One short round of everything: to see that it works, and roughly what comes out. */
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    /** Names of parts, with commas. */
    only: { type: 'string' },
    /** Names of servers, with semicolons: `natter;natter, own keys`. */
    servers: { type: 'string' },
    /** Another build's `dist`, whose relay takes part beside this one's. */
    against: { type: 'string' },
    /** Writes CPU profiles of the servers into this folder. */
    profile: { type: 'string' },
    /** Puts what came out into docs/performance.md, in the place of what stands there. */
    write: { type: 'boolean', default: false },
  },
});

const settings: Settings = {
  rounds: Number(flags.rounds ?? (flags.quick ? QUICK.rounds : 3)),
  seconds: Number(flags.seconds ?? (flags.quick ? QUICK.seconds : 4)),
  isQuick: flags.quick,
  servers: flags.servers?.split(';'),
  against: flags.against,
  nodeFlags: flags.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${flags.profile}`],
};
const only = flags.only?.split(',');
const unknown = only?.filter((name) => !PARTS.some((part) => part.name === name)) ?? [];
if (unknown.length > 0) throw new Error(`no part ${unknown}; there are ${PARTS.map(({ name }) => name)}`);

console.log(`${machine()}; ${settings.rounds} rounds of ${settings.seconds} s, interleaved`);
const reports: Report[] = [];
for (const part of PARTS) {
  if (only && !only.includes(part.name)) continue;
  console.log(`\n## ${part.name}\n`);
  const report = await part.run(settings);
  console.log(`\n${report.title}\n\n${report.markdown}`);
  reports.push(report);
}
if (flags.write) writeReport(reports, settings);
