import type { Redis } from 'ioredis';
import { whyNot } from './connection.ts';
import { NODES_KEY } from './keys.ts';
import { Script } from './script.ts';

/**
 * ms: between beats; of silence, as seen with a beat, after which Redis is away; between tries with new connections while it
 * is; after which a node is dead. The third beat after the one heard last finds that Redis is away, however late that one
 * came back: with three whole beats of silence it would be the fourth, 2 s after, and later in a busy process.
 */
export const PULSE = { beat: 500, away: 1_300, renew: 5_000, dead: 10_000 } as const;
/** The most that counts as silence between two looks, ms: in the rest of a longer time this process itself did not listen. */
const AWAKE_MS = PULSE.beat * 1.5;

/**
 * KEYS: nodes. ARGV: node, its own channel, ms after which a node is dead. Returns 1 if the node was taken for dead, or
 * is new. Redis' own clock counts: those of the nodes may differ.
 */
const BEAT = new Script(`
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local before = redis.call('ZSCORE', KEYS[1], ARGV[1])
redis.call('ZADD', KEYS[1], string.format('%.0f', now), ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now - 6 * tonumber(ARGV[3])))
redis.call('PUBLISH', ARGV[2], 'beat')
return (not before or now - before > ARGV[3] * 0.8) and 1 or 0
`);

/** KEYS: nodes. ARGV: node, ms by which its last beat is to look older. */
const LAST_BEAT = new Script(`
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
redis.call('ZADD', KEYS[1], 'XX', string.format('%.0f', now - tonumber(ARGV[2])), ARGV[1])
`);

export interface PulsePorts {
  readonly commands: Redis;
  readonly node: string;
  /** The channel on which this node is spoken to; its beats must come back there. */
  readonly own: string;
  /** Redis can be reached, or can't any more. */
  onChange(isUp: boolean): void;
  /** Others may have taken this node for dead. */
  onLate(): void;
  /** Redis has been away for a while: if there are connections, they may be what is wrong. */
  onSilent(): void;
}

/** Shows other nodes that this one lives, and finds out within 2 s whether Redis takes writes and brings messages. */
export class Pulse {
  private readonly ports: PulsePorts;
  private readonly timer: NodeJS.Timeout;
  /** ms that this process has listened since a beat came back. */
  private silence = Number.POSITIVE_INFINITY;
  private lookedAt = performance.now();
  /** When Redis was found away, or connections were last given up for that, by the process' clock in ms. */
  private awaySince = performance.now();
  private refusal: string | undefined;
  /** Since when Redis has taken every beat, by the process' clock in ms; undefined: it did not take the last one. */
  private takenSince: number | undefined;
  private up = false;

  constructor(ports: PulsePorts) {
    this.ports = ports;
    this.timer = setInterval(() => void this.beat(), PULSE.beat).unref();
  }

  get isUp(): boolean {
    return this.up;
  }

  /** Why Redis takes no writes although it is there, in its own word; undefined when it takes them. */
  get trouble(): string | undefined {
    return this.refusal;
  }

  /**
   * Whether Redis has taken beats for so long that a node whose beats it does not have must be dead. Where it takes none, or
   * has just come back, it has none of anybody.
   */
  get isSteady(): boolean {
    return this.takenSince !== undefined && performance.now() - this.takenSince >= PULSE.dead;
  }

  /** A beat has come back. */
  heard(): void {
    this.silence = 0;
    this.lookedAt = performance.now();
    this.look();
  }

  /** A connection has broken: nothing is heard until a beat comes back. */
  lost(): void {
    this.silence = Number.POSITIVE_INFINITY;
    this.takenSince = undefined;
    this.look();
  }

  async beat(): Promise<void> {
    this.look();
    const { commands, node, own } = this.ports;
    try {
      const late = await BEAT.run(commands, [NODES_KEY], [node, own, PULSE.dead]);
      this.refusal = undefined;
      this.takenSince ??= performance.now();
      if (late === 1) this.ports.onLate();
    } catch (error) {
      this.refusal = whyNot(error);
      this.takenSince = undefined;
      // A Redis that is full or read-only still carries messages.
      if (this.refusal !== undefined) await commands.publish(own, 'beat').catch(() => undefined);
    }
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Beats no more; others take this node for dead after so many ms. */
  end(ms: number): void {
    this.stop();
    const { commands, node } = this.ports;
    void LAST_BEAT.run(commands, [NODES_KEY], [node, PULSE.dead - ms]).catch(() => undefined); // they find out later
  }

  private look(): void {
    const now = performance.now();
    this.silence += Math.min(now - this.lookedAt, AWAKE_MS);
    this.lookedAt = now;
    const isUp = this.silence < PULSE.away;
    if (!isUp && !this.up && now - this.awaySince >= PULSE.renew) {
      this.awaySince = now;
      this.ports.onSilent();
    }
    if (isUp === this.up) return;
    this.up = isUp;
    this.awaySince = now;
    if (!isUp) this.takenSince = undefined;
    this.ports.onChange(isUp);
  }
}
