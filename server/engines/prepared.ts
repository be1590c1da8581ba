import type { Delivery } from './engine.ts';

/** A message that was serialised once, for all who get it. */
export class Prepared implements Delivery {
  readonly channel: string;
  /** The Bayeux message, as it stands on the wire. */
  readonly json: string;
  /** The data alone. */
  readonly payload: string;

  private constructor(channel: string, payload: string, name: string) {
    this.channel = channel;
    this.payload = payload;
    this.json = `{"channel":${name},"data":${payload}}`;
  }

  /** @param name the channel as JSON, where that is known already */
  static of({ channel, data }: Delivery, name: string = JSON.stringify(channel)): Prepared {
    return new Prepared(channel, JSON.stringify(data), name);
  }

  /** From data that is JSON already. */
  static ofJson(channel: string, payload: string, name: string = JSON.stringify(channel)): Prepared {
    return new Prepared(channel, payload, name);
  }

  get data(): unknown {
    return JSON.parse(this.payload);
  }
}
