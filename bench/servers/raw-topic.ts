import { Redis } from 'ioredis';
import { redisUrl } from './serve.ts';

/** What a server of one process, or of several by Redis, tells those who are in a room. */
export interface Topics {
  /** Asks for what is told in a room; settles when it is heard. */
  hear(room: string): Promise<unknown> | undefined;
  tell(room: string, text: string): void;
}

/** Brings texts to the sockets of this process or, by Redis, of all. */
export function topics(deliver: (room: string, text: string) => void): Topics {
  const url = redisUrl();
  if (url === undefined) return { hear: () => undefined, tell: deliver };
  const [publisher, subscriber] = [new Redis(url), new Redis(url)];
  subscriber.on('message', deliver);
  return {
    hear: (room) => subscriber.subscribe(room),
    tell(room, text) {
      publisher.publish(room, text);
    },
  };
}
