import { CometD, type Message as CometdMessage } from 'cometd';
import { adapt } from 'cometd-nodejs-client';
import faye from 'faye';
import { within } from '../eventually.ts';

/** What the tests ask of a stock Bayeux client. */
export interface PlainClient {
  subscribe(channel: string, listener: (data: unknown) => void): Promise<void>;
  /** Resolves with the relay's answer, or rejects with it. */
  publish(channel: string, data: object): Promise<unknown>;
  transport(): string;
  disconnect(): void;
}

export type StockTransport = 'websocket' | 'long-polling';

const ANSWERED_MS = 4_000;

/** Clients that know nothing of Natter, by their package's name. */
export const STOCK_CLIENTS: Readonly<Record<string, (url: string, transport: StockTransport) => Promise<PlainClient>>> =
  {
    faye: stockFaye,
    cometd: stockCometd,
  };

export async function stockFaye(url: string, transport: StockTransport): Promise<PlainClient> {
  const client = new faye.Client(`${url}/bayeux`);
  if (transport === 'long-polling') client.disable('websocket');
  return {
    subscribe: async (channel, listener) => {
      await within(Promise.resolve(client.subscribe(channel, listener)), ANSWERED_MS, 'a subscription by faye');
    },
    publish: (channel, data) => Promise.resolve(client.publish(channel, data)),
    transport: () => client._dispatcher.connectionType,
    disconnect: () => void client.disconnect(),
  };
}

export async function stockCometd(url: string, transport: StockTransport): Promise<PlainClient> {
  adapt();
  const client = new CometD();
  client.unregisterTransport(transport === 'long-polling' ? 'websocket' : 'long-polling');
  client.configure({ url: `${url}/bayeux`, logLevel: 'warn' });
  const answered = (what: string, ask: (done: (reply: CometdMessage) => void) => void) =>
    within(new Promise<CometdMessage>((resolve) => ask(resolve)), ANSWERED_MS, `${what} by cometd`);
  await answered('a handshake', (done) => client.handshake({}, done));
  return {
    subscribe: async (channel, listener) => {
      const hear = (message: CometdMessage) => listener(message.data);
      const reply = await answered('a subscription', (done) => client.subscribe(channel, hear, {}, done));
      if (reply.successful !== true) throw new Error(`not subscribed: ${reply.error}`);
    },
    publish: async (channel, data) => {
      const reply = await answered('a publication', (done) => client.publish(channel, data, {}, done));
      if (reply.successful === true) return reply;
      throw Object.assign(new Error('refused'), { code: Number.parseInt(String(reply.error), 10) });
    },
    transport: () => client.getTransport()?.type ?? 'none',
    disconnect: () => client.disconnect(),
  };
}
