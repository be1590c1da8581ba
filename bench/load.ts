import { setTimeout as wait } from 'node:timers/promises';
import { quantile } from './numbers.ts';
import { Room, Tally } from './room.ts';
import { WIRES, type WireName } from './wires/wires.ts';

/** What the bench asks of one load generator process. */
export interface Order {
  readonly wire: WireName;
  readonly ports: readonly number[];
  readonly rooms: number;
  /** In each room. */
  readonly subscribers: number;
  readonly seconds: number;
  /** Deliveries offered a second, in all; undefined: as many as the server takes. */
  readonly rate?: number | undefined;
  /** Seconds for which the server is given as much as it takes, before deliveries are offered at a rate. */
  readonly warmUp?: number | undefined;
  readonly textLength?: number | undefined;
  /** Messages under way at most in a room, while saturating. */
  readonly window?: number | undefined;
}

/** ms. */
export interface Times {
  readonly p50: number;
  readonly p99: number;
}

/** What one load measured, sent once all that was published has arrived and been counted. */
export interface Done {
  readonly type: 'done';
  readonly deliveries: number;
  readonly seconds: number;
  readonly bytes: number;
  /** Of the open loop alone: from publish to receipt, and to the acknowledgement. */
  readonly latency: Times;
  readonly acknowledged: Times;
  /** CPU time of this process: near `seconds`, it measured itself. */
  readonly cpuSeconds: number;
}

/** `ready` and `measured` stand at the two ends of what is measured. */
export type LoadReport = { readonly type: 'ready' } | { readonly type: 'measured' } | Done;

/** Messages under way at most, while saturating: 10 members with 20 each. */
const WINDOW = 200;
/** Until a load runs as it will go on. */
const LEAD_MS = 1_000;
/** What thousands of joins leave to do takes seconds, on a machine that the clients share. */
const LEAD_EACH_MS = 0.5;
const DRAIN_MS = 20_000;
const POLL_MS = 5;
const ROOMS_AT_ONCE = 10;

process.on('disconnect', () => process.exit());
const order: Order = JSON.parse(process.argv[2] ?? '{}');
const tally = new Tally();
const rooms = Array.from({ length: order.rooms }, (_, n) => {
  const name = order.rooms === 1 ? 'bench' : `bench-${n}`;
  const { ports, textLength } = order;
  return new Room({ name, first: n, wire: WIRES[order.wire], ports, textLength, tally });
});
for (let n = 0; n < rooms.length; n += ROOMS_AT_ONCE) {
  const some = rooms.slice(n, n + ROOMS_AT_ONCE);
  await Promise.all(some.map((room) => room.fill(order.subscribers)));
  for (const room of some) room.greet();
}
await drain();
const done = await measure();
// Before the bench goes on: sessions that have not said goodbye end half a minute later, in somebody else's turn.
await Promise.all(rooms.map((room) => room.close()));
report(done);
process.disconnect?.();

async function measure(): Promise<Done> {
  if (order.warmUp !== undefined) await warmUp(order.warmUp);
  const load = order.rate === undefined ? saturate() : offer(order.rate / order.subscribers);
  await wait(LEAD_MS + order.rooms * order.subscribers * LEAD_EACH_MS);
  report({ type: 'ready' });
  if (order.rate !== undefined) {
    tally.latencies = [];
    tally.acknowledgements = [];
  }
  const before = { deliveries: tally.deliveries, bytes: tally.bytes, at: performance.now(), cpu: process.cpuUsage() };
  await wait(order.seconds * 1000);
  const seconds = (performance.now() - before.at) / 1000;
  const cpu = process.cpuUsage(before.cpu);
  report({ type: 'measured' });
  const deliveries = tally.deliveries - before.deliveries;
  const bytes = tally.bytes - before.bytes;
  const [latency, acknowledged] = [timesOf(tally.latencies), timesOf(tally.acknowledgements)];
  load.stop();
  await drain();
  for (const room of rooms) room.verify();
  const cpuSeconds = (cpu.user + cpu.system) / 1e6;
  return { type: 'done', deliveries, seconds, bytes, latency, acknowledged, cpuSeconds };
}

/** A server that has run for days has its code compiled and its heap grown: as much work in little time does that. */
async function warmUp(seconds: number): Promise<void> {
  const load = saturate();
  await wait(seconds * 1000);
  load.stop();
  await drain();
}

/** Keeps the window of each room full: a closed loop. */
function saturate(): { stop(): void } {
  let running = true;
  const { window = WINDOW } = order;
  for (const room of rooms) {
    const refill = () => {
      while (running && room.outstanding < window) room.publish();
    };
    room.onReceived(refill);
    refill();
  }
  return {
    stop() {
      running = false;
    },
  };
}

/** Publishes at a rate of its own, whatever comes back, to one room after the other: an open loop. */
function offer(messagesPerSecond: number): { stop(): void } {
  const start = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    const due = ((performance.now() - start) / 1000) * messagesPerSecond;
    for (; sent < due; sent += 1) rooms[sent % rooms.length]?.publish();
  }, 1);
  return { stop: () => clearInterval(timer) };
}

/** Waits until all that was published has come. */
async function drain(): Promise<void> {
  const end = performance.now() + DRAIN_MS;
  while (rooms.some((room) => room.outstanding > 0) && performance.now() < end) await wait(POLL_MS);
}

/** Not a number where nothing was timed. */
function timesOf(microseconds: readonly number[] | undefined): Times {
  const sorted = Float64Array.from(microseconds ?? []).sort();
  return { p50: quantile(sorted, 0.5) / 1000, p99: quantile(sorted, 0.99) / 1000 };
}

function report(message: LoadReport): void {
  process.send?.(message);
}
