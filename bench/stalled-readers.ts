import { connect } from './room.ts';
import { WIRES, type WireName } from './wires/wires.ts';

/** What is asked of a process of visitors who enter a room and then read nothing. */
export interface StalledOrder {
  readonly wire: WireName;
  readonly port: number;
  readonly readers: number;
}

export interface StalledReport {
  readonly type: 'stalled';
}

process.on('disconnect', () => process.exit());
const order: StalledOrder = JSON.parse(process.argv[2] ?? '{}');
const wire = WIRES[order.wire];
for (let n = 0; n < order.readers; n += 1) {
  const socket = await connect(order.port, wire);
  await wire.enter(socket, 'bench', false);
  socket.on('error', () => undefined); // being cut is what may happen to them
  socket.pause();
}
const stalled: StalledReport = { type: 'stalled' };
process.send?.(stalled);
