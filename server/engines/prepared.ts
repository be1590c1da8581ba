import type { Delivery } from './engine.ts';

/** A message that was serialised once, for all who get it. */
export class Prepared implements Delivery {
  readonly channel: string;
  readonly data: unknown;
  /** The Bayeux message, as it stands on the wire. */
  readonly json: string;

  constructor({ channel, data }: Delivery) {
    this.channel = channel;
    this.data = data;
    this.json = `{"channel":${JSON.stringify(channel)},"data":${JSON.stringify(data)}}`;
  }
}
