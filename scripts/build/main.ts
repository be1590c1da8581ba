import { runDev } from './dev.ts';
import { buildParts, isPart, PART_NAMES } from './parts.ts';

/** Runs `node esbuild.mjs [server] [widget] [demo] [--watch [-- relay flags]]`; without names, everything. */
export async function main(args: readonly string[]): Promise<void> {
  const split = args.includes('--') ? args.indexOf('--') : args.length;
  const own = args.slice(0, split);
  const names = own.filter((arg) => arg !== '--watch');
  const unknown = names.find((name) => !isPart(name));
  if (unknown !== undefined) {
    console.error(`esbuild.mjs: no such part "${unknown}": ${PART_NAMES.join(', ')}`);
    process.exitCode = 1;
  } else if (own.includes('--watch')) {
    runDev(args.slice(split + 1));
  } else {
    const stands = await buildParts(names.length > 0 ? names.filter(isPart) : PART_NAMES, { strict: true });
    process.exitCode = stands ? 0 : 1;
  }
}
