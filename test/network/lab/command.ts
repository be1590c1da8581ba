import { execFileSync } from 'node:child_process';

/** Runs a command to its end and gives what it printed; throws with its own words where it fails. */
export function run(command: string, ...args: readonly string[]): string {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Runs a command line of words without spaces, as it would be typed. */
export function type(line: string): string {
  const [command = '', ...args] = line.split(' ');
  return run(command, ...args);
}

/** A shell's words that run `args` inside a network namespace. */
export function inside(namespace: string, ...args: readonly string[]): readonly string[] {
  return ['ip', 'netns', 'exec', namespace, ...args];
}
