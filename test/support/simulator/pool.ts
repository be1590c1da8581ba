import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';

/** A piece of a source file that is replaced before it is compiled. */
export interface Patch {
  /** Path from the project's root. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

export interface Failure {
  readonly seed: number;
  /** How many schedules its worker had run by then. */
  readonly at: number;
  readonly wrong: readonly string[];
}

export interface Outcome {
  readonly runs: number;
  readonly failures: readonly Failure[];
}

export interface PoolOptions {
  readonly first: number;
  readonly runs: number;
  /** Each worker stops at its so many-th failure. */
  readonly failures: number;
  readonly patches?: readonly Patch[];
}

const ROOT = join(import.meta.dirname, '../../..');

/** Runs consecutive seeds on every core, each worker a process: compiled once, patched if asked, in a temporary folder. */
export async function runSchedules({ first, runs, failures, patches = [] }: PoolOptions): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'natter-schedules-'));
  try {
    const script = join(folder, 'worker.mjs');
    await compile(script, patches);
    const workers = Math.max(1, Math.min(availableParallelism(), runs));
    const outcomes = await Promise.all(
      Array.from({ length: workers }, (_, i) =>
        work(script, [first + i, workers, Math.ceil((runs - i) / workers), failures]),
      ),
    );
    return {
      runs: outcomes.reduce((sum, outcome) => sum + outcome.runs, 0),
      failures: outcomes.flatMap((outcome) => outcome.failures),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function compile(outfile: string, patches: readonly Patch[]): Promise<void> {
  const unused = new Set(patches);
  await build({
    entryPoints: [join(import.meta.dirname, 'worker.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
    plugins: [
      {
        name: 'patches',
        setup({ onLoad }) {
          onLoad({ filter: /\.ts$/ }, async ({ path }) => {
            const file = relative(ROOT, path).replaceAll('\\', '/');
            const own = patches.filter((patch) => patch.file === file);
            let contents = await readFile(path, 'utf8');
            for (const patch of own) {
              if (contents.split(patch.from).length !== 2)
                throw new Error(`not found once in ${file}, so nothing to patch: ${patch.from}`);
              contents = contents.replace(patch.from, () => patch.to);
              unused.delete(patch);
            }
            return { contents, loader: 'ts' };
          });
        },
      },
    ],
  });
  for (const { file } of unused) throw new Error(`${file} is not part of what is run`);
}

async function work(script: string, args: readonly number[]): Promise<Outcome> {
  // Most of what a schedule makes is thrown away at once: a large nursery spares a fifth of the time.
  const child = spawn(process.execPath, ['--max-semi-space-size=64', script, ...args.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const failures: Failure[] = [];
  let runs: number | undefined;
  const ended = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  for await (const line of createInterface({ input: child.stdout })) {
    const said: unknown = JSON.parse(line);
    if (isFailure(said)) failures.push(said);
    else if (isEnd(said)) runs = said.done;
  }
  const code = await ended;
  if (code !== 0 || runs === undefined) throw new Error(`a worker of seeds from ${args[0]} ended with ${code}`);
  return { runs, failures };
}

function isFailure(said: unknown): said is Failure {
  return typeof said === 'object' && said !== null && 'seed' in said;
}

function isEnd(said: unknown): said is { readonly done: number } {
  return typeof said === 'object' && said !== null && 'done' in said;
}
