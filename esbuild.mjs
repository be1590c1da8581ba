import { buildDemo } from './scripts/build/demo.mjs';
import { runDev } from './scripts/build/dev.mjs';
import { buildServer } from './scripts/build/server.mjs';
import { buildWidget } from './scripts/build/widget.mjs';

/** What can be built: `node esbuild.mjs [server] [widget] [demo] [--watch [-- relay flags]]`; without names, everything. */
const PARTS = { server: buildServer, widget: buildWidget, demo: buildDemo };

// What follows `--` is for the relay that --watch runs.
const args = process.argv.slice(2, process.argv.includes('--') ? process.argv.indexOf('--') : undefined);
const names = args.filter((arg) => arg !== '--watch');
const unknown = names.find((name) => !Object.hasOwn(PARTS, name));

if (unknown !== undefined) {
  console.error(`esbuild.mjs: no such part "${unknown}": ${Object.keys(PARTS).join(', ')}`);
  process.exitCode = 1;
} else if (args.includes('--watch')) {
  await runDev(PARTS);
} else {
  process.exitCode = await buildAll(names.length > 0 ? names : Object.keys(PARTS));
}

/** Builds the named parts and tells the exit code. */
async function buildAll(parts) {
  try {
    await Promise.all(parts.map((name) => PARTS[name]()));
    return 0;
  } catch (error) {
    // esbuild has printed its own errors; ours (a budget passed) are one line.
    if (error.errors === undefined) console.error(error.message);
    return 1;
  }
}
