import { createHmac, randomBytes } from 'node:crypto';
import { sameSecret } from './secrets.ts';

/** Hex digits: the node that made the id, chance, and what only those can make who have the key. */
const LENGTHS = { node: 12, random: 24, mac: 24 } as const;
const LENGTH = LENGTHS.node + LENGTHS.random + LENGTHS.mac;

/** Session ids that name the process that has the session, and that nobody else can make: letters and digits. */
export class SessionIds {
  readonly key: string;
  private readonly node: string;
  private readonly before: SessionIds | undefined;

  /**
   * @param node 12 hex digits
   * @param before with another key: what was made with that is known on
   */
  constructor(node: string, key: string, before?: SessionIds) {
    this.node = node;
    this.key = key;
    this.before = before;
  }

  make(): string {
    const text = this.node + randomBytes(LENGTHS.random / 2).toString('hex');
    return text + this.mac(text);
  }

  /** The node that made an id; undefined for what was made without the key. */
  nodeOf(id: string): string | undefined {
    if (id.length !== LENGTH) return undefined;
    const text = id.slice(0, -LENGTHS.mac);
    if (sameSecret(this.mac(text), id.slice(-LENGTHS.mac))) return text.slice(0, LENGTHS.node);
    return this.before?.nodeOf(id);
  }

  private mac(text: string): string {
    return createHmac('sha256', this.key).update(`natter/session/${text}`).digest('hex').slice(0, LENGTHS.mac);
  }
}
