/** A relay in a process of its own that watches itself: run by measured-relay.test.ts, told and asked by messages. */
import { createRelay } from '../../server/index.ts';

export interface Measured {
  /** The most bytes that were alive at once, garbage collected, over those at the start. */
  readonly heldBytes: number;
  /** The most processor time one turn of the event loop took, ms: unlike the clock it does not see other processes. */
  readonly turnMs: number;
}

const SAMPLE_MS = 10;

let measured = { heldBytes: 0, turnMs: 0 };
let baseline = 0;
let last = process.cpuUsage();
let watching: NodeJS.Immediate | undefined;

function liveBytes(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  last = process.cpuUsage(); // the collection itself is no turn of the relay's
  return heapUsed + external;
}

function watch(): void {
  const { user, system } = process.cpuUsage(last);
  measured.turnMs = Math.max(measured.turnMs, (user + system) / 1000);
  last = process.cpuUsage();
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

const { port } = await createRelay({ port: 0, log: 'silent' }).listen();
process.send?.(port);
