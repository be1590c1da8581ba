import { randomBytes } from 'node:crypto';
import { parseChannel } from '../../protocol/channels.ts';
import type { RoomName } from '../../protocol/ids.ts';
import type { Refused } from '../../protocol/result.ts';
import type { Elsewhere } from '../bayeux/elsewhere.ts';
import type { EngineBus } from '../engines/redis.ts';
import type { Logger } from '../observe/log.ts';
import type { LogBounds } from '../rooms/log.ts';
import type { Members } from '../rooms/members.ts';
import type { InDoubt } from '../rooms/publication.ts';
import type { Room } from '../rooms/room.ts';
import type { Soon } from '../rooms/room-log.ts';
import type { Revocations } from '../trust/revocations.ts';
import { randomText } from '../trust/secrets.ts';
import { SessionIds } from '../trust/session-ids.ts';
import { Bus } from './bus.ts';
import { Comparison } from './comparison.ts';
import { type Connections, connectRedis } from './connection.ts';
import { Edge } from './edge.ts';
import { type Envelope, parseEnvelope } from './envelope.ts';
import { unavailable } from './failure.ts';
import { readTold, readWritten } from './heard.ts';
import { Home, type HomePorts } from './home.ts';
import { KEEPING, Keeping } from './keeping.ts';
import { busKey, nodeKey, REVOKED_TOPIC, type Topic, topicOf, topicOfRoom } from './keys.ts';
import type { RedisLogPorts } from './log.ts';
import { RedisLogs } from './logs.ts';
import { warnOfOpenRedis } from './open-redis.ts';
import { Pulse } from './pulse.ts';
import { RedisRevocations } from './revocations.ts';
import { RedisRoster } from './roster.ts';
import { RedisRulebooks } from './rulebooks.ts';
import { sharedKey } from './shared-key.ts';

/** ms between looks for members of dead nodes, and for what Redis has not been told. */
const SWEEP_MS = 2_000;
/** ms between looks at some of the topics, whether they are needed. */
const TOPICS_MS = 100;
/** ms between looks whether the processes live whose clients are connected here. Whoever waits for a dead one is deaf. */
const LOOK_MS = 500;

/** ms that the members of a process that ends have to come to another before they are shown leaving. */
const MOVE_MS = 5_000;

export interface RedisNodePorts extends Pick<RedisLogPorts, 'deliver' | 'onLost' | 'trustsCursors'> {
  readonly url: string;
  /** With which certificates and session ids are made; undefined: Redis has one for all. */
  readonly relayKey: string | undefined;
  readonly bounds: LogBounds;
  readonly log: Logger;
  readonly revocations: Revocations;
  readonly now: () => number;
  /** Brings what another process published to a channel's subscribers here. */
  publishHere(channel: string, payload: string): void;
  /** Whether somebody here is subscribed to a channel of the topic. */
  listensTo(topic: Topic): boolean;
  rooms(): ReadonlyMap<RoomName, Room>;
  find(room: RoomName): Room | undefined;
  readonly members: () => Pick<Members, 'enterRemote' | 'leaveRemote'>;
  /** Rules of the room may be others than before. */
  enforce(room: Room): void;
}

export type SessionPorts = Pick<HomePorts, 'receive' | 'socketGone' | 'restore'>;

/** This process as one of many that share rooms by Redis. */
export class RedisNode implements EngineBus {
  readonly id = randomBytes(6).toString('hex');
  readonly logs: RedisLogs;
  readonly roster: RedisRoster;
  readonly rulebooks: RedisRulebooks;
  readonly revocations: RedisRevocations;
  private readonly ports: RedisNodePorts;
  readonly connections: Connections;
  private readonly bus: Bus;
  private readonly pulse: Pulse;
  private readonly timers: readonly NodeJS.Timeout[];
  private readonly comparison: Comparison;
  private readonly waiting = new Set<() => void>();
  private ids: SessionIds | undefined;
  /** What has been said about why Redis can't be reached, since it last was. */
  private readonly said = new Set<string>();
  private edge: Edge | undefined;
  private home: Home | undefined;

  constructor(ports: RedisNodePorts) {
    this.ports = ports;
    this.connections = connectRedis(ports.url, (error) => this.failed(error));
    const { commands, subscriber } = this.connections;
    if (ports.relayKey !== undefined) this.know(ports.relayKey);
    const own = nodeKey(this.id);
    this.pulse = new Pulse({
      ...{ commands, node: this.id, own },
      onChange: (isUp) => this.turned(isUp),
      onLate: () => this.comparison.begin(),
      onSilent: () => this.connections.renew(),
    });
    this.bus = new Bus({
      ...{ connections: this.connections, own },
      onTopic: (topic, message) => this.hearing(() => this.receive(topic, message)),
      onOwn: (message) => this.hearing(() => this.receiveOwn(message)),
      onBack: () => void this.pulse.beat(),
    });
    warnOfOpenRedis(ports.url, commands, ports.log);
    for (const connection of [commands, subscriber]) connection.on('close', () => this.pulse.lost());
    this.comparison = new Comparison({
      isUp: () => this.isUp,
      compare: () => this.compare(),
      onFailure: (error) => ports.log.debug({ err: error }, 'Redis did not say what was missed'),
    });
    const onBehind = () => this.comparison.note();
    this.logs = new RedisLogs({ ...ports, redis: commands, onBehind });
    this.roster = new RedisRoster({ redis: commands, node: this.id, members: ports.members, onBehind });
    this.rulebooks = new RedisRulebooks(commands);
    this.revocations = new RedisRevocations({ ...ports, redis: commands });
    const keeping = new Keeping({ redis: commands, rooms: () => ports.rooms(), age: ports.bounds.age });
    void this.bus.hear(REVOKED_TOPIC);
    this.timers = [
      setInterval(() => this.sweep(), SWEEP_MS).unref(),
      setInterval(() => this.bus.sweep((topic) => this.needs(topic)), TOPICS_MS).unref(),
      setInterval(() => void this.edge?.look(), LOOK_MS).unref(),
      setInterval(() => this.isUp && void keeping.step(), KEEPING.step).unref(),
    ];
  }

  /** What the relays that share this Redis sign with; undefined: not known yet. */
  get secret(): string | undefined {
    return this.ids?.key;
  }

  get isUp(): boolean {
    return this.pulse.isUp;
  }

  /** What an operator should know of Redis; undefined when all is well. */
  get trouble(): string | undefined {
    const isReady = this.pulse.isUp && this.ids !== undefined; // before it has the relays' key it can let nobody in
    return isReady ? this.pulse.trouble : 'away';
  }

  hear(topic: Topic): true | Promise<true> {
    return this.bus.hear(topic);
  }

  tell(topic: Topic, channel: string, payload: string): boolean {
    if (!this.isUp) return false;
    this.send(topic, channel, payload).catch(() => undefined); // lost with the connection
    return true;
  }

  /** Tells all who hear the channel's topic; settles once Redis has taken it, or with why it has not. */
  async share(channel: string, payload: string): Promise<Refused | InDoubt | undefined> {
    const isThere = this.connections.commands.status === 'ready';
    try {
      await this.send(topicOf(channel), channel, payload);
      return undefined;
    } catch (error) {
      return unavailable(error, isThere);
    }
  }

  private send(topic: Topic, channel: string, payload: string): Promise<number> {
    return this.bus.publish(busKey(topic), `C${channel}\n${payload}`);
  }

  /** Settles when the room can be joined here; false: not now. */
  prepare(room: Room): Soon<boolean> {
    const heard = this.bus.hear(topicOfRoom(room.name));
    const ready = heard === true ? this.roster.ready(room) : heard.then(() => this.roster.ready(room));
    const ruled = (isReady: boolean) => isReady && this.rulebooks.ready(room);
    return ready instanceof Promise ? ready.then(ruled) : ruled(ready);
  }

  /** A session id that other processes know as one of this one's. Before Redis was ever there: any. */
  newId(): string {
    return this.ids?.make() ?? randomBytes(20).toString('hex');
  }

  /** Sessions that other processes have, and those of this one that clients of theirs use. */
  shareSessions(ports: SessionPorts): Elsewhere {
    const { id } = this;
    const send = (node: string, envelope: Envelope) => this.bus.publish(nodeKey(node), JSON.stringify(envelope));
    this.home = new Home({
      ...{ ...ports, send },
      write: (edge, sockets, text) => {
        this.bus.publish(nodeKey(edge), `W${sockets.join(',')}\n${text}`).catch(() => undefined); // it is cut off
      },
    });
    this.edge = new Edge({
      ...{ node: id, send, release: ports.socketGone },
      isUp: () => this.isUp,
      homeOf: (clientId) => this.ids?.nodeOf(clientId),
      alive: (homes) => this.bus.listening(homes),
    });
    return this.edge;
  }

  /** Settles when Redis is there, or after so many ms. */
  started(ms: number): Promise<void> {
    if (this.isUp) return Promise.resolve();
    return new Promise((resolve) => {
      this.waiting.add(resolve);
      setTimeout(resolve, ms);
    });
  }

  /** This process ends: its members are shown leaving only if they come to no other in a while. */
  handOver(): void {
    this.roster.handOver();
    this.home?.end();
    this.pulse.end(MOVE_MS);
  }

  close(): void {
    for (const timer of this.timers) clearInterval(timer);
    this.pulse.stop();
    this.connections.close();
  }

  /** Whoever reaches this Redis can say anything here: no message may end the process. */
  private hearing(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.ports.log.error({ err: error }, 'a message by Redis failed');
    }
  }

  private receive(topic: Topic, message: string): void {
    if (topic === REVOKED_TOPIC) return this.revocations.receive(message);
    switch (message[0]) {
      case 'E':
        return this.logs.receive(topic, message.slice(1));
      case 'C': {
        const told = readTold(topic, message.slice(1));
        return told && this.ports.publishHere(told.channel, told.payload);
      }
      default: {
        const room = this.roomOf(topic);
        if (room) this.roster.receive(room, message);
      }
    }
  }

  /** Tried again at once, and said once: an operator wants to know why, and not twice a second. */
  private failed(error: Error): void {
    const reason = error instanceof AggregateError ? String(error.errors[0]) : error.message; // one for each address
    if (this.said.has(reason)) return;
    this.said.add(reason);
    this.ports.log.warn({ reason }, 'Redis can not be reached');
  }

  private turned(isUp: boolean): void {
    if (isUp) {
      this.said.clear();
      this.ports.log.info('Redis is there');
      this.comparison.begin();
      return;
    }
    this.ports.log.warn('Redis is away: entries are not acknowledged until it is back');
    this.edge?.cutOff();
    this.home?.cutOff();
  }

  private know(secret: string): void {
    this.ids = new SessionIds(this.id, secret, this.ids);
  }

  /**
   * Relays without a key of their own have the one that Redis keeps. A Redis that has lost it is given it anew by
   * whoever is first: a relay that starts then must know the ids of those that were there.
   */
  private async agreeOnKey(): Promise<void> {
    if (this.ports.relayKey !== undefined) return;
    const key = await sharedKey(this.connections.commands, this.ids?.key ?? randomText(32));
    if (key !== this.ids?.key) this.know(key);
  }

  private receiveOwn(message: string): void {
    if (message === 'beat') return this.pulse.heard();
    if (message.startsWith('W')) {
      const written = readWritten(message.slice(1));
      return written && this.edge?.write(written.sockets, written.text);
    }
    const envelope = parseEnvelope(message);
    switch (envelope?.type) {
      case 'ask':
        return void this.home?.asked(envelope);
      case 'hung-up':
        return this.home?.hungUp(envelope.edge, envelope.ask);
      case 'restore':
        return this.home?.restore(envelope.clientId, envelope.deliveries);
      case 'alive':
        return this.home?.alive(envelope.edge, envelope.sockets);
      case 'gone':
        return this.home?.gone(envelope.edge, envelope.socket);
      case 'answer':
        return this.edge?.answered(envelope.ask, envelope);
      case 'close':
        return this.edge?.closed(envelope.socket, envelope.code, envelope.reason);
    }
  }

  private async compare(): Promise<void> {
    // First, as others may start meanwhile; but what else was missed does not wait for it.
    const agreed = this.agreeOnKey();
    agreed.catch(() => undefined); // told below
    await this.revocations.load();
    await this.roster.tellUntold();
    for (const room of this.ports.rooms().values()) {
      await this.roster.resume(room);
      await this.rulebooks.load(room);
      this.ports.enforce(room);
    }
    await this.logs.resume(this.ports.now());
    await agreed;
    for (const resolve of this.waiting) resolve();
    this.waiting.clear();
  }

  private sweep(): void {
    this.home?.sweep();
    this.edge?.sweep();
    if (this.isUp) this.roster.endDoubts();
    if (this.isUp && this.pulse.isSteady) void this.roster.reap(() => this.ports.rooms().values());
    this.comparison.sweep();
  }

  private needs(topic: Topic): boolean {
    return topic === REVOKED_TOPIC || this.ports.listensTo(topic) || this.roomOf(topic) !== undefined;
  }

  private roomOf(topic: Topic): Room | undefined {
    const channel = parseChannel(`/${topic}`);
    return channel.ok ? this.ports.find(channel.value.room) : undefined;
  }
}
