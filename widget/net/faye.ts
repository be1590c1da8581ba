/** The one file of the widget that reaches inside faye (1.4.3, pinned): its Bayeux client, run over our transports. */
import Client, { type BayeuxMessage } from 'faye/src/protocol/client.js';
import type { Carrier } from './carrier.ts';
import registry from './shims/faye-transport.ts';
import { closeWay, get, getConnectionTypes, openWay, type TransportHooks } from './transports.ts';

export type { BayeuxMessage } from 'faye/src/protocol/client.js';

export interface BayeuxHooks extends TransportHooks {
  /** Called for each message before it is sent; may add to it. */
  outgoing(message: BayeuxMessage): void;
  /** Called for each message received, before faye acts on it. */
  incoming(message: BayeuxMessage): void;
}

export interface BayeuxClient {
  connect(connected: () => void): void;
  subscribe(channel: string, listener: (data: unknown) => void): void;
  publish(channel: string, data: unknown): void;
  clientId(): string;
  /** Tells the relay goodbye (best effort), then ends. */
  leave(): void;
  /** Ends every timer and request at once. A dead client is never revived: the relay path makes a new one. */
  kill(): void;
}

export function openBayeux(endpoint: string, carrier: Carrier, hooks: BayeuxHooks): BayeuxClient {
  Object.assign(registry, { get, getConnectionTypes });
  // Retrying is the relay path's: an hour is faye's way to say never.
  const client = new Client(endpoint, { timeout: 45, retry: 3_600 });
  const dispatcher = client._dispatcher;
  client.addExtension({
    incoming(message, pass) {
      hooks.incoming(message);
      // Re-handshaking is the relay path's own decision, with a new client and a fresh proof.
      if (message.advice?.reconnect === 'handshake') message.advice = { reconnect: 'none' };
      pass(message);
    },
    outgoing(message, pass) {
      hooks.outgoing(message);
      pass(message);
    },
  });
  client.bind('transport:down', () => hooks.failed());
  return {
    connect: (connected) => openWay(dispatcher, hooks, carrier, () => client.connect(connected)),
    subscribe: (channel, listener) => void client.subscribe(channel, listener),
    publish: (channel, data) => void client.publish(channel, data),
    clientId: () => dispatcher.clientId ?? '',
    leave: () => void client.disconnect(),
    kill() {
      closeWay(dispatcher);
      client._advice.reconnect = 'none';
      for (const envelope of dispatcher._envelopes.values()) {
        clearTimeout(envelope.timer as ReturnType<typeof setTimeout>);
        void envelope.request?.then((request) => request?.abort?.());
      }
      dispatcher._envelopes.clear();
      dispatcher.close();
    },
  };
}
