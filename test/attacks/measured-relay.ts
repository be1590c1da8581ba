/** A relay in a process of its own that watches itself: run by measured-relay.test.ts, told and asked by messages. */
import { existsSync, readFileSync } from 'node:fs';
import { createRelay } from '../../server/index.ts';
import { RELAY_KEY } from '../support/relay-key.ts';

export interface Measured {
  /** The most bytes that were alive at once, garbage collected, over those at the start. */
  readonly heldBytes: number;
  /**
   * The most processor time one turn of the event loop took, ms: unlike the clock it does not see other processes, nor,
   * on Linux, what the thread pool does beside it.
   */
  readonly turnMs: number;
}

const SAMPLE_MS = 10;
/** Nanoseconds that this thread has run, first of three numbers (proc(5)). */
const OWN_TIME = '/proc/thread-self/schedstat';

let measured = { heldBytes: 0, turnMs: 0 };
let baseline = 0;
let last = loopMs();
let watching: NodeJS.Immediate | undefined;

function liveBytes(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  last = loopMs(); // the collection itself is no turn of the relay's
  return heapUsed + external;
}

function loopMs(): number {
  if (existsSync(OWN_TIME)) return Number(readFileSync(OWN_TIME, 'utf8').split(' ')[0]) / 1e6;
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function watch(): void {
  measured.turnMs = Math.max(measured.turnMs, loopMs() - last);
  last = loopMs();
  watching = setImmediate(watch);
}

const samples = setInterval(() => {
  if (watching) measured.heldBytes = Math.max(measured.heldBytes, liveBytes() - baseline);
}, SAMPLE_MS);

process.on('message', (command) => {
  if (command === 'start') {
    baseline = liveBytes();
    measured = { heldBytes: 0, turnMs: 0 };
    watch();
    process.send?.('started');
  } else {
    clearImmediate(watching);
    watching = undefined;
    process.send?.(measured);
  }
});

process.on('disconnect', () => {
  clearInterval(samples);
  process.exit(0);
});

const { port } = await createRelay({ port: 0, log: 'silent', trustProxy: 1, relayKey: RELAY_KEY }).listen();
process.send?.(port);
