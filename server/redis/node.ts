import { randomBytes } from 'node:crypto';
import { parseChannel } from '../../protocol/channels.ts';
import type { RoomName } from '../../protocol/ids.ts';
import type { EngineBus } from '../engines/redis.ts';
import type { Logger } from '../observe/log.ts';
import type { LogBounds } from '../rooms/log.ts';
import type { Members } from '../rooms/members.ts';
import type { Room } from '../rooms/room.ts';
import type { Soon } from '../rooms/room-log.ts';
import { Bus } from './bus.ts';
import { type Connections, connectRedis } from './connection.ts';
import { busKey, nodeKey, type Topic, topicOf, topicOfRoom } from './keys.ts';
import type { RedisLogPorts } from './log.ts';
import { RedisLogs } from './logs.ts';
import { Pulse } from './pulse.ts';
import { RedisRoster } from './roster.ts';

/** ms between looks for topics that nobody needs and for members of dead nodes. */
const SWEEP_MS = 2_000;

export interface RedisNodePorts extends Pick<RedisLogPorts, 'deliver' | 'onLost'> {
  readonly url: string;
  readonly bounds: LogBounds;
  readonly log: Logger;
  readonly now: () => number;
  /** Brings what another process published to a channel's subscribers here. */
  publishHere(channel: string, payload: string): void;
  /** Channels that somebody here is subscribed to. */
  channels(): Iterable<string>;
  rooms(): Iterable<Room>;
  find(room: RoomName): Room | undefined;
  readonly members: () => Pick<Members, 'enterRemote' | 'leaveRemote'>;
}

/** This process as one of many that share rooms by Redis. */
export class RedisNode implements EngineBus {
  readonly id = randomBytes(6).toString('hex');
  readonly logs: RedisLogs;
  readonly roster: RedisRoster;
  private readonly ports: RedisNodePorts;
  private readonly connections: Connections;
  private readonly bus: Bus;
  private readonly pulse: Pulse;
  private readonly timer: NodeJS.Timeout;
  private resuming: Promise<void> | undefined;
  private readonly waiting = new Set<() => void>();

  constructor(ports: RedisNodePorts) {
    this.ports = ports;
    this.connections = connectRedis(ports.url, (error) => ports.log.debug({ err: error }, 'Redis'));
    const { commands, subscriber } = this.connections;
    const own = nodeKey(this.id);
    this.pulse = new Pulse({
      ...{ commands, node: this.id, own },
      onChange: (isUp) => this.turned(isUp),
      onLate: () => this.resume(),
    });
    this.bus = new Bus({
      ...{ connections: this.connections, own },
      onTopic: (topic, message) => this.receive(topic, message),
      onOwn: (message) => message === 'beat' && this.pulse.heard(),
      onBack: () => void this.pulse.beat(),
    });
    for (const connection of [commands, subscriber]) connection.on('close', () => this.pulse.lost());
    this.logs = new RedisLogs({ ...ports, redis: commands });
    this.roster = new RedisRoster({ redis: commands, node: this.id, members: ports.members });
    this.timer = setInterval(() => this.sweep(), SWEEP_MS).unref();
  }

  get isUp(): boolean {
    return this.pulse.isUp;
  }

  /** What an operator should know of Redis; undefined when all is well. */
  get trouble(): string | undefined {
    return this.pulse.isUp ? this.pulse.trouble : 'away';
  }

  hear(topic: Topic): true | Promise<true> {
    return this.bus.hear(topic);
  }

  tell(topic: Topic, channel: string, payload: string): boolean {
    if (!this.isUp) return false;
    this.bus.publish(busKey(topic), `C${channel}\n${payload}`).catch(() => undefined); // lost with the connection
    return true;
  }

  /** Settles when the room can be joined here; false: not now. */
  prepare(room: Room): Soon<boolean> {
    const heard = this.bus.hear(topicOfRoom(room.name));
    return heard === true ? this.roster.ready(room) : heard.then(() => this.roster.ready(room));
  }

  /** Settles when Redis is there, or after so many ms. */
  started(ms: number): Promise<void> {
    if (this.isUp) return Promise.resolve();
    return new Promise((resolve) => {
      this.waiting.add(resolve);
      setTimeout(resolve, ms);
    });
  }

  close(): void {
    clearInterval(this.timer);
    this.pulse.stop();
    this.connections.close();
  }

  private receive(topic: Topic, message: string): void {
    switch (message[0]) {
      case 'E':
        return this.logs.receive(topic, message.slice(1));
      case 'C': {
        const end = message.indexOf('\n');
        return this.ports.publishHere(message.slice(1, end), message.slice(end + 1));
      }
      default: {
        const channel = parseChannel(`/${topic}`);
        const room = channel.ok ? this.ports.find(channel.value.room) : undefined;
        if (room) this.roster.receive(room, message);
      }
    }
  }

  private turned(isUp: boolean): void {
    if (isUp) {
      this.ports.log.info('Redis is there');
      for (const resolve of this.waiting) resolve();
      this.waiting.clear();
      this.resume();
    } else this.ports.log.warn('Redis is away: entries are not acknowledged until it is back');
  }

  /** Something may have been missed: members and logs are compared with what Redis has. */
  private resume(): void {
    this.resuming ??= this.compare().finally(() => {
      this.resuming = undefined;
    });
  }

  private async compare(): Promise<void> {
    try {
      for (const room of this.ports.rooms()) await this.roster.resume(room);
      await this.logs.resume(this.ports.now());
    } catch (error) {
      this.ports.log.debug({ err: error }, 'Redis is away again'); // it is compared when it is back
    }
  }

  private sweep(): void {
    const needed = new Set<Topic>();
    for (const channel of this.ports.channels()) needed.add(topicOf(channel));
    for (const room of this.ports.rooms()) {
      needed.add(topicOfRoom(room.name));
      if (this.isUp && room.remote.size > 0) this.roster.reap(room);
    }
    this.bus.keepOnly((topic) => needed.has(topic));
  }
}
