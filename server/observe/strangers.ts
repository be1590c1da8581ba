import type { IncomingMessage } from 'node:http';
import type { Result } from '../../protocol/result.ts';
import type { Admission } from '../gate/origin.ts';
import type { Logger } from './log.ts';

/** Origins that are remembered, so that strangers can't fill the log. */
const REMEMBERED = 100;

/** Tells the operator of each origin that was turned away, once: it may be a page of theirs that is not listed. */
export class Strangers {
  private readonly seen = new Set<string>();
  private readonly log: Logger;

  constructor(log: Logger) {
    this.log = log;
  }

  note({ headers: { origin } }: Pick<IncomingMessage, 'headers'>, admission: Result<Admission>): Result<Admission> {
    if (admission.ok || origin === undefined) return admission;
    if (this.seen.has(origin) || this.seen.size >= REMEMBERED) return admission;
    this.seen.add(origin);
    this.log.warn({ origin: origin.slice(0, 200) }, 'origin refused; allow it with NATTER_ORIGINS');
    return admission;
  }
}
