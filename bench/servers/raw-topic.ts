import { Redis } from 'ioredis';
import { redisUrl } from './serve.ts';

const CHANNEL = 'bench';

/** Brings a text to the sockets of this process or, by Redis, of all; returns how one is published. */
export function topic(deliver: (text: string) => void): (text: string) => void {
  const url = redisUrl();
  if (url === undefined) return deliver;
  const [publisher, subscriber] = [new Redis(url), new Redis(url)];
  subscriber.subscribe(CHANNEL);
  subscriber.on('message', (_channel, text) => deliver(text));
  return (text) => {
    publisher.publish(CHANNEL, text);
  };
}
