import type { Connections } from '../../redis/connection.ts';

type Answer = (error: unknown, reply?: unknown) => void;
type Word = string | number;
type Command = (...args: readonly (Word | Answer)[]) => void;

/** ms between attempts to come back. */
const PROBE_MS = 500;
/** What faye-redis calls. */
const COMMANDS = [
  ...['del', 'get', 'getset', 'publish', 'rpush', 'sadd', 'setnx', 'smembers', 'srem', 'sunion'],
  ...['zadd', 'zrangebyscore', 'zrem', 'zscore'],
] as const;
/** Their replies it walks without a look at the error. */
const LISTS: ReadonlySet<string> = new Set(['smembers', 'sunion', 'zrangebyscore']);

export interface StockClientPorts {
  readonly connections: Connections;
  /** A key that may be written to find out whether Redis takes writes. */
  readonly probe: string;
  /** The pub/sub channels that must be heard. */
  readonly channels: readonly string[];
  /** Commands are carried out again, and all channels are heard. */
  onWell(): void;
  onMessage(channel: string, message: string): void;
  /** A bug, or what nobody of ours has written into Redis. */
  onError(error: unknown): void;
}

/**
 * What faye-redis takes for a client of the package `redis`, over the relay's own connections. No error is thrown into
 * it or out of it: after the first command that fails, whatever the reason, none is sent until all is well again.
 */
export class StockClient {
  private readonly ports: StockClientPorts;
  private readonly timer: NodeJS.Timeout;
  /** Grows with each failure: what was sent before one tells nothing of what came after. */
  private era = 0;
  private well = false;
  private readonly undo: () => void;

  constructor(ports: StockClientPorts) {
    this.ports = ports;
    const { commands, subscriber } = ports.connections;
    const fail = () => this.fail(this.era);
    const probe = () => void this.probe();
    const hear = (channel: string, message: string) => {
      if (ports.channels.includes(channel)) ports.onMessage(channel, message);
    };
    for (const connection of [commands, subscriber]) connection.on('close', fail).on('ready', probe);
    subscriber.on('message', hear);
    this.timer = setInterval(probe, PROBE_MS).unref();
    this.undo = () => {
      for (const connection of [commands, subscriber]) connection.off('close', fail).off('ready', probe);
      subscriber.off('message', hear);
    };
  }

  /** Whether what is sent can be expected to be carried out. */
  get isWell(): boolean {
    return this.well;
  }

  /** The commands that faye-redis calls, each with its callback last. */
  commands(): object {
    const multi = () => this.multi();
    return { ...Object.fromEntries(COMMANDS.map((name) => [name, this.command(name)])), multi };
  }

  private command(name: string): Command {
    return (...args) => {
      const words = args.filter((arg) => typeof arg !== 'function');
      const answer = args.find((arg) => typeof arg === 'function');
      this.send(() => this.ports.connections.commands.call(name, ...words), answer, LISTS.has(name) ? [] : undefined);
    };
  }

  close(): void {
    clearInterval(this.timer);
    this.undo();
    this.well = false;
  }

  private multi(): object {
    const multi = this.ports.connections.commands.multi();
    let answer: Answer | undefined;
    return {
      lrange(key: string, from: number, to: number, then: Answer) {
        multi.lrange(key, from, to);
        answer = then;
      },
      del: (key: string) => void multi.del(key),
      exec: () => this.send(async () => (await multi.exec())?.[0]?.[1], answer, []),
    };
  }

  private send(ask: () => Promise<unknown>, answer: Answer | undefined, nothing: unknown): void {
    const { era } = this;
    if (this.well) this.gather();
    const asked = this.well ? ask() : Promise.reject(new Error('Redis is away'));
    asked
      .then(
        (reply) => answer?.(null, reply),
        (error: unknown) => {
          this.fail(era);
          answer?.(error, nothing);
        },
      )
      .catch(this.ports.onError);
  }

  /** What one turn of the event loop asks goes to the system in one write: there are many small commands. */
  private gather(): void {
    const { stream } = this.ports.connections.commands;
    if (stream.writableCorked > 0) return;
    stream.cork();
    setImmediate(() => stream.uncork());
  }

  private fail(era: number): void {
    if (era !== this.era) return;
    this.era += 1;
    this.well = false;
  }

  private async probe(): Promise<void> {
    if (this.well) return;
    const { era } = this;
    const { connections, channels, probe, onWell } = this.ports;
    try {
      await connections.subscriber.subscribe(...channels);
      await connections.commands.set(probe, '', 'PX', PROBE_MS);
    } catch {
      return; // away, full or read-only: asked again
    }
    if (this.well || era !== this.era) return;
    this.well = true;
    onWell();
  }
}
