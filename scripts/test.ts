import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { stripVTControlCharacters } from 'node:util';
import { listFiles } from './sources.ts';

/** Their tests load the machine, or judge how fast something is: nothing else runs beside them. */
const ALONE = /^test\/(?:attacks|chaos|network|browser\/signatures|browser\/gallery\/list)\b/;
/** Files at a time of the rest. */
const AT_ONCE = 2;

interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly isGood: boolean;
}

/** Runs all tests, with mocha's options as given, in two runs; ends with a line that counts those of both. */
async function main(options: readonly string[]): Promise<boolean> {
  const files = listFiles(['test']).filter((path) => path.endsWith('.test.ts'));
  const jobs = Math.min(AT_ONCE, availableParallelism());
  const parallel = jobs > 1 ? ['--parallel', '--jobs', `${jobs}`] : [];
  const together = await mocha([...parallel, ...options, ...files.filter((path) => !ALONE.test(path))]);
  const alone = await mocha([...options, ...files.filter((path) => ALONE.test(path))]);
  console.log(`${together.passed + alone.passed} passed, ${together.failed + alone.failed} failed`);
  return together.isGood && alone.isGood;
}

async function mocha(args: readonly string[]): Promise<Count> {
  const color = process.stdout.isTTY ? ['--color'] : [];
  const child = spawn(process.execPath, ['node_modules/mocha/bin/mocha.js', ...color, ...args], {
    stdio: ['inherit', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    process.stdout.write(text);
    output += stripVTControlCharacters(text);
  });
  const [status] = await once(child, 'close');
  const count = (word: string) => Number(new RegExp(`^ +(\\d+) ${word}`, 'm').exec(output)?.[1] ?? 0);
  const isGood = status === 0;
  return { passed: count('passing'), failed: Math.max(count('failing'), isGood ? 0 : 1), isGood };
}

process.exitCode = (await main(process.argv.slice(2))) ? 0 : 1;
