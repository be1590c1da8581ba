import type { Delivery } from '../engines/engine.ts';
import type { SessionMessage } from '../gate/message.ts';
import type { Carrier, SocketCarrier } from './carrier.ts';
import type { Reply } from './replies.ts';

/** Sessions that other processes have: what reaches this one for them is brought there, and the answers back. */
export interface Elsewhere {
  /** The process that has the session; undefined: this one, or nobody. */
  homeOf(clientId: string): string | undefined;
  /** Has a message acted on there. Does not reject: where nobody answers, the answer is a refusal. */
  forward(home: string, message: SessionMessage, carrier: Carrier, mayHold: boolean): Promise<readonly Reply[]>;
  /** Gives back what a poll took and could not bring over. */
  restore(home: string, clientId: string, messages: readonly Delivery[]): void;
  /** The socket carries no session of another process any more. */
  leave(socket: SocketCarrier): void;
}
