import { expect } from 'chai';
import { CometD, type Message as CometdMessage } from 'cometd';
import { adapt } from 'cometd-nodejs-client';
import faye from 'faye';
import { eventually, within } from '../../support/eventually.ts';
import { at, type RunningRelay, startRelay } from './bayeux-client.ts';

/** What both stock clients are asked to do. */
interface PlainClient {
  subscribe(channel: string, listener: (data: unknown) => void): Promise<void>;
  /** Resolves with the relay's answer, or rejects with it. */
  publish(channel: string, data: object): Promise<unknown>;
  transport(): string;
  disconnect(): void;
}

type Transport = 'websocket' | 'long-polling';

const TRANSPORTS: readonly Transport[] = ['websocket', 'long-polling'];
const CLIENTS: Readonly<Record<string, (url: string, transport: Transport) => Promise<PlainClient>>> = {
  faye: stockFaye,
  cometd: stockCometd,
};

describe('plain Bayeux clients', () => {
  let running: RunningRelay;
  const clients: PlainClient[] = [];

  beforeEach(async () => {
    running = await startRelay();
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) client.disconnect();
    await running.relay.close();
  });

  for (const [name, connect] of Object.entries(CLIENTS)) {
    for (const transport of TRANSPORTS) {
      it(`[WIRE-1] [ROOM-7] stock ${name} over ${transport}: chats, each message once and in order, with its author`, async () => {
        const open = async () => {
          const client = await connect(running.url, transport);
          clients.push(client);
          return client;
        };
        const [anna, ben] = [await open(), await open()];
        const heard: unknown[] = [];
        await anna.subscribe('/rooms/lobby', () => undefined);
        await ben.subscribe('/rooms/lobby', (frame) => heard.push(frame));
        const texts = Array.from({ length: 20 }, (_, index) => `hi ${index}`);
        await Promise.all(texts.map((text) => anna.publish('/rooms/lobby', { text })));
        await eventually(() => expect(heard).to.have.length(20));
        expect(heard.map((frame) => JSON.parse(String(at(frame, 'entry', 'payload'))).text)).to.deep.equal(texts);
        expect(heard.map((frame) => at(frame, 'offset'))).to.deep.equal(texts.map((_, index) => index + 1));
        expect(String(at(heard[0], 'author', 'user'))).to.match(/^g-[A-Za-z0-9_-]{22}$/);
        expect(String(at(heard[0], 'author', 'name'))).to.match(/^Guest /);
        expect(anna.transport()).to.equal(transport);
        const refusal = await anna.publish('/rooms/elsewhere', { text: 'hi' }).then(String, (error: unknown) => error);
        expect(refusal).to.include({ code: 403 });
      });
    }
  }

  it('[WIRE-1] faye and cometd over different transports talk to each other', async () => {
    const anna = await stockFaye(running.url, 'long-polling');
    const ben = await stockCometd(running.url, 'websocket');
    clients.push(anna, ben);
    const heard: string[] = [];
    const hear = (who: string) => (frame: unknown) => heard.push(`${who}: ${at(frame, 'entry', 'payload')}`);
    await anna.subscribe('/rooms/mixed', hear('anna'));
    await ben.subscribe('/rooms/mixed', hear('ben'));
    await anna.publish('/rooms/mixed', { text: 'one' });
    await ben.publish('/rooms/mixed', { text: 'two' });
    await eventually(() =>
      expect(heard.sort()).to.deep.equal([
        'anna: {"text":"one"}',
        'anna: {"text":"two"}',
        'ben: {"text":"one"}',
        'ben: {"text":"two"}',
      ]),
    );
  });
});

async function stockFaye(url: string, transport: Transport): Promise<PlainClient> {
  const client = new faye.Client(`${url}/bayeux`);
  if (transport === 'long-polling') client.disable('websocket');
  return {
    subscribe: async (channel, listener) => {
      await within(Promise.resolve(client.subscribe(channel, listener)), 4_000, 'a subscription by faye');
    },
    publish: (channel, data) => Promise.resolve(client.publish(channel, data)),
    transport: () => client._dispatcher.connectionType,
    disconnect: () => void client.disconnect(),
  };
}

async function stockCometd(url: string, transport: Transport): Promise<PlainClient> {
  adapt();
  const client = new CometD();
  if (transport === 'long-polling') client.unregisterTransport('websocket');
  else client.unregisterTransport('long-polling');
  client.configure({ url: `${url}/bayeux`, logLevel: 'warn' });
  const answered = (what: string, ask: (done: (reply: CometdMessage) => void) => void) =>
    within(new Promise<CometdMessage>((resolve) => ask(resolve)), 4_000, `${what} by cometd`);
  await answered('a handshake', (done) => client.handshake({}, done));
  return {
    subscribe: async (channel, listener) => {
      const hear = (message: CometdMessage) => listener(message.data);
      const reply = await answered('a subscription', (done) => client.subscribe(channel, hear, {}, done));
      expect(reply.successful).to.equal(true);
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
