import { type ChildProcess, spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { buildParts, PART_NAMES, type Part } from './parts.ts';
import { ROOT, SERVER_OUT } from './paths.ts';

/** Folders whose change means a new build, and the parts it touches. */
const WATCHED: Readonly<Record<string, readonly Part[]>> = {
  protocol: ['server', 'widget', 'demo'],
  server: ['server'],
  widget: ['widget', 'demo'],
  demo: ['demo'],
};

/** Editors write a file in several steps; ms to let them settle. */
const SETTLE = 100;

/** Builds everything, runs the relay, and on each change rebuilds what it touches and starts the relay again. */
export function runDev(flags: readonly string[]): void {
  const relay = relayProcess(flags);
  const stale = new Set<Part>(PART_NAMES);
  let timer: NodeJS.Timeout | undefined;
  let building = Promise.resolve();

  const rebuild = () => {
    const parts = [...stale];
    stale.clear();
    building = building.then(async () => {
      if (await buildTimed(parts)) await relay.restart();
    });
  };

  for (const [folder, touched] of Object.entries(WATCHED)) {
    watch(`${ROOT}${folder}`, { recursive: true }, () => {
      for (const part of touched) stale.add(part);
      clearTimeout(timer);
      timer = setTimeout(rebuild, SETTLE);
    });
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void relay.stop().then(() => process.exit(0)));
  }
  rebuild();
}

async function buildTimed(parts: readonly Part[]): Promise<boolean> {
  const started = performance.now();
  const stands = await buildParts(parts, { strict: false });
  console.log(
    `${stands ? 'built' : 'could not build'} ${parts.join(', ')} in ${Math.round(performance.now() - started)} ms`,
  );
  return stands;
}

/** The relay as a child that can be started again. */
function relayProcess(flags: readonly string[]) {
  let child: ChildProcess | undefined;
  const stop = async () => {
    const running = child;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const exited = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGTERM');
    await exited;
  };
  const restart = async () => {
    await stop();
    child = spawn(process.execPath, ['--enable-source-maps', `${SERVER_OUT}/main.js`, ...flags], { stdio: 'inherit' });
  };
  return { stop, restart };
}
