import { expect } from 'chai';
import { eventually } from '../../support/eventually.ts';
import {
  type PlainClient,
  STOCK_CLIENTS,
  type StockTransport,
  stockCometd,
  stockFaye,
} from '../../support/stock/clients.ts';
import { at, type RunningRelay, startRelay } from './bayeux-client.ts';

const TRANSPORTS: readonly StockTransport[] = ['websocket', 'long-polling'];

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

  for (const [name, connect] of Object.entries(STOCK_CLIENTS)) {
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
