import { expect } from 'chai';
import { eventually } from '../../support/eventually.ts';
import { type PlainClient, STOCK_CLIENTS } from '../../support/stock/clients.ts';
import { Stage } from './stage.ts';

describe('clients that know nothing of Natter', () => {
  let stage: Stage;
  const clients: PlainClient[] = [];

  before(async () => {
    stage = await Stage.set({ browsers: 1 });
  });
  after(async () => {
    for (const client of clients) client.disconnect();
    await stage.clear();
  });

  it('[E2E-7] chat with the widget: a stock Faye client and a CometD client', async () => {
    const ada = await stage.enter({ name: 'Ada' });
    const heard: string[] = [];
    for (const [name, connect] of Object.entries(STOCK_CLIENTS)) {
      const client = await connect(stage.relay.url, 'websocket');
      clients.push(client);
      await client.subscribe('/rooms/lobby', (frame) => {
        const { entry } = frame as { entry: { payload: string } };
        heard.push(`${name} heard ${JSON.parse(entry.payload).text}`);
      });
    }
    await ada.sees('relayed');
    await ada.say('hello, strangers');
    await eventually(() =>
      expect(heard.toSorted()).to.deep.equal(['cometd heard hello, strangers', 'faye heard hello, strangers']),
    );
    for (const [i, client] of clients.entries())
      await client.publish('/rooms/lobby', { text: `stranger ${i} says hi` });
    await eventually(async () => {
      expect(await ada.texts()).to.deep.equal(['hello, strangers', 'stranger 0 says hi', 'stranger 1 says hi']);
    });
    expect(ada.errors.join()).to.equal('');
  });
});
