import { readFileSync } from 'node:fs';
import { findViolations } from './import-rules.ts';
import { readSources } from './sources.ts';

const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
const sources = readSources();
const violations = findViolations(sources, new Set(Object.keys(dependencies)));
for (const { path, specifier, reason } of violations) console.error(`${path}: ${reason} (${specifier})`);
console.log(`${sources.length} files, ${violations.length} imports against the directions`);
process.exitCode = violations.length > 0 ? 1 : 0;
