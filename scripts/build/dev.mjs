import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { ROOT, SERVER_OUT } from './paths.mjs';

/** Folders whose change means a new build, and which parts each change touches. */
const WATCHED = {
  protocol: ['server', 'widget', 'demo'],
  server: ['server'],
  widget: ['widget', 'demo'],
  demo: ['demo'],
};

/** Editors write a file in several steps; ms to let them settle. */
const SETTLE = 100;

/** Builds everything, runs the relay, and on each change rebuilds what it touches and starts the relay again. */
export async function runDev(parts) {
  const relay = relayProcess();
  const stale = new Set(Object.keys(parts));
  let timer;
  let building = Promise.resolve();

  const rebuild = () => {
    const names = [...stale];
    stale.clear();
    building = building.then(async () => {
      const started = performance.now();
      const outcomes = await Promise.allSettled(names.map((name) => parts[name]()));
      const failed = outcomes.filter(({ status }) => status === 'rejected');
      for (const { reason } of failed) if (reason.errors === undefined) console.error(reason.message);
      console.log(`built ${names.join(', ')} in ${Math.round(performance.now() - started)} ms`);
      if (failed.length === 0) await relay.restart();
    });
  };

  for (const [folder, touched] of Object.entries(WATCHED)) {
    watch(`${ROOT}${folder}`, { recursive: true }, () => {
      for (const name of touched) stale.add(name);
      clearTimeout(timer);
      timer = setTimeout(rebuild, SETTLE);
    });
  }
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => void relay.stop().then(() => process.exit(0)));
  }
  rebuild();
}

/** The relay as a child that can be started again; its flags are ours after `--`. */
function relayProcess() {
  const flags = process.argv.includes('--') ? process.argv.slice(process.argv.indexOf('--') + 1) : [];
  let child;
  const stop = async () => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await exited;
  };
  const restart = async () => {
    await stop();
    child = spawn(process.execPath, ['--enable-source-maps', `${SERVER_OUT}/main.js`, ...flags], { stdio: 'inherit' });
  };
  return { stop, restart };
}
