import type { Delivery } from './engine.ts';

/** A message that was serialised once, for all who get it. */
export class Prepared implements Delivery {
  readonly channel: string;
  readonly data: unknown;
  /** The Bayeux message, as it stands on the wire. */
  readonly json: string;

  /** @param name the channel as JSON, where that is known already */
  constructor({ channel, data }: Delivery, name: string = JSON.stringify(channel)) {
    this.channel = channel;
    this.data = data;
    this.json = `{"channel":${name},"data":${JSON.stringify(data)}}`;
  }
}
