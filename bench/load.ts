import { setTimeout as wait } from 'node:timers/promises';
import { Room } from './room.ts';
import type { ServerName } from './wires/wires.ts';

/** What the bench asks of one load generator process. */
export interface Order {
  readonly server: ServerName;
  readonly port: number;
  readonly subscribers: number;
  readonly seconds: number;
  /** Deliveries offered a second; undefined: as many as the server takes. */
  readonly rate: number | undefined;
}

/** What one load measured, sent once all that was published has arrived and been counted. */
export interface Done {
  readonly type: 'done';
  readonly deliveries: number;
  readonly seconds: number;
  readonly bytes: number;
  /** Milliseconds; of the open loop alone. */
  readonly p50: number | undefined;
  readonly p99: number | undefined;
  /** CPU time of this process: near `seconds`, it measured itself. */
  readonly cpuSeconds: number;
}

/** `ready` and `measured` stand at the two ends of what is measured. */
export type LoadReport = { readonly type: 'ready' } | { readonly type: 'measured' } | Done;

/** Messages under way at most, while saturating: 10 members with 20 each. */
const WINDOW = 200;
const WARM_UP_MS = 1_000;
const DRAIN_MS = 20_000;
const POLL_MS = 5;

process.on('disconnect', () => process.exit());
const order: Order = JSON.parse(process.argv[2] ?? '{}');
const room = new Room(order.server);
await room.fill(order.port, order.subscribers);
await measure();
room.close();
process.disconnect?.();

async function measure(): Promise<void> {
  const load = order.rate === undefined ? saturate() : offer(order.rate / order.subscribers);
  await wait(WARM_UP_MS);
  report({ type: 'ready' });
  room.latencies = order.rate === undefined ? undefined : [];
  const before = { deliveries: room.deliveries, bytes: room.bytes, at: performance.now(), cpu: process.cpuUsage() };
  await wait(order.seconds * 1000);
  const seconds = (performance.now() - before.at) / 1000;
  const cpu = process.cpuUsage(before.cpu);
  report({ type: 'measured' });
  const deliveries = room.deliveries - before.deliveries;
  const bytes = room.bytes - before.bytes;
  const latencies = Float64Array.from(room.latencies ?? []).sort();
  load.stop();
  await drain();
  room.verify();
  report({
    type: 'done',
    deliveries,
    seconds,
    bytes,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
  });
}

/** Keeps the window full: a closed loop. */
function saturate(): { stop(): void } {
  let running = true;
  const refill = () => {
    while (running && room.outstanding < WINDOW) room.publish();
  };
  room.onReceived(refill);
  refill();
  return {
    stop() {
      running = false;
    },
  };
}

/** Publishes at a rate of its own, whatever comes back: an open loop. */
function offer(messagesPerSecond: number): { stop(): void } {
  const start = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    const due = ((performance.now() - start) / 1000) * messagesPerSecond;
    for (; sent < due; sent += 1) room.publish();
  }, 1);
  return { stop: () => clearInterval(timer) };
}

/** Waits until all that was published has come. */
async function drain(): Promise<void> {
  const end = performance.now() + DRAIN_MS;
  while (room.outstanding > 0 && performance.now() < end) await wait(POLL_MS);
}

function quantile(sorted: Float64Array, q: number): number | undefined {
  const at = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];
  return at === undefined ? undefined : at / 1000;
}

function report(message: LoadReport): void {
  process.send?.(message);
}
