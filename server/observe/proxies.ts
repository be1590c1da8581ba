import type { IncomingMessage } from 'node:http';
import type { Logger } from './log.ts';

/** Tells the operator once that a proxy stands in front which the relay does not know of: it takes all its visitors for one. */
export class Proxies {
  private readonly log: Logger;
  private said: boolean;

  constructor(trustProxy: number, log: Logger) {
    this.said = trustProxy > 0;
    this.log = log;
  }

  note({ headers }: Pick<IncomingMessage, 'headers'>): void {
    if (this.said || (headers['x-forwarded-for'] === undefined && headers.forwarded === undefined)) return;
    this.said = true;
    this.log.warn('requests come through a proxy: set NATTER_TRUST_PROXY, or limits by address count the proxy alone');
  }
}
