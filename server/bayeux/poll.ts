import type { ServerResponse } from 'node:http';
import type { Delivery } from '../engines/engine.ts';
import type { Admission } from '../gate/origin.ts';
import type { PollCarrier } from './carrier.ts';
import { type Reply, replyJson } from './replies.ts';

/** One POST and its answer; while it holds a /meta/connect, a client's long-polling transport. */
export class Poll implements PollCarrier {
  readonly type = 'poll';
  readonly guests: boolean;
  readonly address: string | undefined;
  private readonly response: ServerResponse;

  constructor(response: ServerResponse, { guests, address }: Pick<Admission, 'guests' | 'address'>) {
    this.response = response;
    this.guests = guests;
    this.address = address;
  }

  isOpen(): boolean {
    return !this.response.writableEnded && !this.response.destroyed;
  }

  onClose(listener: () => void): void {
    this.response.once('close', listener);
  }

  /** Returns the deliveries that can't be brought over because the client has hung up. */
  answer(replies: readonly Reply[]): readonly Delivery[] {
    if (!this.isOpen()) return replies.filter((reply): reply is Delivery => 'data' in reply);
    const body = Buffer.from(`[${replies.map(replyJson).join(',')}]`);
    this.response.setHeader('Content-Type', 'application/json');
    this.response.setHeader('Content-Length', body.length);
    this.response.end(body);
    return [];
  }
}
