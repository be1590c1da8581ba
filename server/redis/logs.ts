import type { RoomName } from '../../protocol/ids.ts';
import type { Logs, RoomLog } from '../rooms/room-log.ts';
import { type Topic, topicOfRoom } from './keys.ts';
import { RedisLog, type RedisLogPorts, readArrival } from './log.ts';

/** The logs of the rooms that this process has members in. */
export class RedisLogs implements Logs {
  readonly bytes = 0;
  private readonly ports: RedisLogPorts;
  private readonly logs = new Map<Topic, RedisLog>();

  constructor(ports: RedisLogPorts) {
    this.ports = ports;
  }

  open(room: RoomName): RoomLog {
    const log = new RedisLog(room, this.ports);
    this.logs.set(topicOfRoom(room), log);
    return log;
  }

  keeps(): boolean {
    return false;
  }

  close(room: RoomName): void {
    this.logs.delete(topicOfRoom(room));
  }

  sweep(): void {
    // Redis trims with each append, and when somebody joins
  }

  /** The bus brings an entry: `<place>\n<frame>`. */
  receive(topic: Topic, message: string): void {
    const log = this.logs.get(topic);
    const end = message.indexOf('\n');
    const arrival = log && readArrival(message.slice(0, end), message.slice(end + 1));
    if (arrival) log.receive(arrival);
  }

  async resume(now: number): Promise<void> {
    await Promise.all([...this.logs.values()].map((log) => log.resume(now)));
  }
}
