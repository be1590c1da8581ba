import { readFileSync } from 'node:fs';
import { readSources } from './sources.ts';
import { compareSpec } from './spec-rules.ts';
import { compareThreats } from './threat-rows.ts';

const tests = readSources(['test']);
const { rules, unproven, unknown, doubled } = compareSpec(readFileSync('docs/spec.md', 'utf8'), tests);
for (const rule of unproven) console.error(`docs/spec.md: no test title cites [${rule}]`);
for (const rule of doubled) console.error(`docs/spec.md: [${rule}] stands twice`);
for (const citation of unknown) console.error(`docs/spec.md has no rule ${citation}`);
const threats = compareThreats(readFileSync('docs/security.md', 'utf8'), tests);
for (const fault of threats.faults) console.error(`docs/security.md: ${fault}`);
if (threats.open.length > 0) console.log(`docs/security.md: no test tries all of rows ${threats.open.join(', ')} yet`);
const faults = threats.faults.length + unproven.length + unknown.length + doubled.length;
console.log(`${rules} rules, ${threats.rows} attacks, ${faults} faults`);
process.exitCode = faults > 0 ? 1 : 0;
