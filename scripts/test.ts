import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { listFiles } from './sources.ts';

/** Their tests load the machine, or judge how long something takes that does: nothing else runs beside them. */
const ALONE = /^test\/(?:attacks|chaos|network)\//;
/** Files at a time of the rest, which mostly waits for clocks, browsers and servers. */
const AT_ONCE = 2;

/** Runs all tests, with mocha's options as given: in two runs, each with a summary of its own. */
function main(options: readonly string[]): boolean {
  const files = listFiles(['test']).filter((path) => path.endsWith('.test.ts'));
  const alone = files.filter((path) => ALONE.test(path));
  const others = files.filter((path) => !ALONE.test(path));
  const jobs = Math.min(AT_ONCE, availableParallelism());
  const parallel = jobs > 1 ? ['--parallel', '--jobs', `${jobs}`] : [];
  const passed = [mocha([...parallel, ...options, ...others]), mocha([...options, ...alone])];
  return passed.every((each) => each);
}

function mocha(args: readonly string[]): boolean {
  const { status } = spawnSync(process.execPath, ['node_modules/mocha/bin/mocha.js', ...args], { stdio: 'inherit' });
  return status === 0;
}

process.exitCode = main(process.argv.slice(2)) ? 0 : 1;
