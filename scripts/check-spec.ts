import { readFileSync } from 'node:fs';
import { readSources } from './sources.ts';
import { compareSpec } from './spec-rules.ts';

const { rules, unproven, unknown, doubled } = compareSpec(readFileSync('docs/spec.md', 'utf8'), readSources(['test']));
for (const rule of unproven) console.error(`docs/spec.md: no test title cites [${rule}]`);
for (const rule of doubled) console.error(`docs/spec.md: [${rule}] stands twice`);
for (const citation of unknown) console.error(`docs/spec.md has no rule ${citation}`);
const faults = unproven.length + unknown.length + doubled.length;
console.log(`${rules} rules, ${faults} faults`);
process.exitCode = faults > 0 ? 1 : 0;
