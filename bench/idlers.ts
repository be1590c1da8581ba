import { setTimeout as wait } from 'node:timers/promises';
import { BEAT_MS, connect } from './room.ts';
import { WIRES, type WireName } from './wires/wires.ts';

/** What is asked of a process of visitors who say nothing. */
export interface IdleOrder {
  readonly wire: WireName;
  readonly port: number;
  readonly sessions: number;
  /** Begins the names of their rooms. */
  readonly prefix: string;
}

/** All are in their rooms. */
export interface IdleReport {
  readonly type: 'entered';
}

const ROOM_SIZE = 10;
const AT_ONCE = 50;

process.on('disconnect', () => process.exit());
const order: IdleOrder = JSON.parse(process.argv[2] ?? '{}');
const wire = WIRES[order.wire];
const beats: (() => void)[] = [];
process.on('message', (message) => {
  if (message !== 'twice') return;
  for (const [n, beat] of beats.entries()) {
    setTimeout(() => setInterval(beat, BEAT_MS), (n * BEAT_MS) / beats.length); // they do not all beat at once
  }
});
for (let n = 0; n < order.sessions; n += AT_ONCE) {
  const more = Math.min(AT_ONCE, order.sessions - n);
  await Promise.all(Array.from({ length: more }, (_, i) => enter(n + i)));
}
const entered: IdleReport = { type: 'entered' };
process.send?.(entered);

async function enter(n: number): Promise<void> {
  const socket = await connect(order.port, wire);
  await wire.enter(socket, `${order.prefix}-${Math.floor(n / ROOM_SIZE)}`, false);
  socket.on('message', (frame: Buffer) => wire.control(socket, frame));
  socket.on('close', () => {
    throw new Error(`the server cut session ${n}`);
  });
  await wait(((n % AT_ONCE) * BEAT_MS) / AT_ONCE / 100); // they did not all come at once, and so do not beat at once
  if (!wire.beat) return;
  const beat = () => wire.beat?.(socket);
  beats.push(beat);
  setInterval(beat, BEAT_MS);
}
