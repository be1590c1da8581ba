import { Rounds } from '../rounds.ts';
import { type Connections, isOpen } from './connection.ts';
import { busKey, nodeKey, type Topic } from './keys.ts';

interface Hearing {
  readonly topic: Topic;
  readonly key: string;
  /** Settles when it is heard, or when Redis is away. */
  heard: true | Promise<true>;
}

/** Parts in which topics are looked through. */
const PARTS = 20;

export interface BusPorts {
  readonly connections: Connections;
  /** The channel on which this node itself is spoken to. */
  readonly own: string;
  onTopic(topic: Topic, message: string): void;
  onOwn(message: string): void;
  /** All that was heard before is heard again, after some time of deafness. */
  onBack(): void;
}

/** What nodes tell each other. A node hears only the topics that it asked for, each message once and in one order. */
export class Bus {
  private readonly ports: BusPorts;
  /** Each topic that is to be heard, by its channel. */
  private readonly topics = new Map<string, Hearing>();
  private readonly rounds = new Rounds(() => this.topics, PARTS);

  constructor(ports: BusPorts) {
    this.ports = ports;
    const { subscriber } = ports.connections;
    subscriber.on('message', (key: string, message: string) => {
      if (key === ports.own) return ports.onOwn(message);
      const found = this.topics.get(key);
      if (found) ports.onTopic(found.topic, message);
    });
    subscriber.on('ready', () => void this.resubscribe());
  }

  /** Asks for a topic. While Redis is away it is only noted, and asked for when it is back. */
  hear(topic: Topic): true | Promise<true> {
    const key = busKey(topic);
    const known = this.topics.get(key);
    if (known) return known.heard;
    const { subscriber } = this.ports.connections;
    const heard = subscriber.subscribe(key).then(yes, () => this.giveUp());
    const hearing: Hearing = { topic, key, heard };
    this.topics.set(key, hearing);
    void Promise.resolve(hearing.heard).then(() => {
      hearing.heard = true;
    });
    return hearing.heard;
  }

  /** Looks at a twentieth of the topics, and drops those of them that nobody needs. */
  sweep(isNeeded: (topic: Topic) => boolean): void {
    for (const { key, topic } of this.rounds.next()) {
      if (isNeeded(topic)) continue;
      this.topics.delete(key);
      this.ports.connections.subscriber.unsubscribe(key).catch(yes); // Redis is away: nothing is subscribed there
    }
  }

  /** Rejects where Redis did not take it. The number of nodes that hear it. */
  publish(key: string, message: string): Promise<number> {
    return this.ports.connections.commands.publish(key, message);
  }

  /** Which of these nodes listen; undefined where that can't be known now. */
  async listening(nodes: readonly string[]): Promise<ReadonlySet<string> | undefined> {
    try {
      const counts = await this.ports.connections.commands.pubsub('NUMSUB', ...nodes.map(nodeKey));
      return new Set(nodes.filter((_, index) => Number(counts[index * 2 + 1]) > 0));
    } catch {
      return undefined; // Redis is away
    }
  }

  private async resubscribe(): Promise<void> {
    try {
      await this.ports.connections.subscriber.subscribe(this.ports.own, ...this.topics.keys());
      this.ports.onBack();
    } catch {
      this.giveUp();
    }
  }

  /**
   * Redis did not take what was asked: if the connection stands nevertheless it goes, since who does not know what is
   * heard on it may be deaf and never find out. The next one asks for all.
   */
  private giveUp(): true {
    const { subscriber } = this.ports.connections;
    if (isOpen(subscriber)) subscriber.disconnect(true);
    return true;
  }
}

function yes(): true {
  return true;
}
