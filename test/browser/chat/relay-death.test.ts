import { expect } from 'chai';
import { joined } from '../../integration/relay/replica.ts';
import { eventually } from '../../support/eventually.ts';
import { startRelayProcess } from '../../support/relay-process.ts';
import { Stage } from './stage.ts';
import type { Visitor } from './visitor.ts';

describe('linked visitors whose relay dies', () => {
  let stage: Stage;
  let all: readonly Visitor[];
  const said: string[] = [];

  before(async () => {
    stage = await Stage.set({ browsers: 2 });
    const entered: Visitor[] = [];
    for (const name of ['Ada', 'Ben', 'Cyd']) entered.push(await stage.enter({ name }));
    all = entered;
    for (const visitor of all) await visitor.sees('direct');
  });
  after(() => stage.clear());

  const everyoneSays = async (what: string) => {
    for (const visitor of all) {
      said.push(`${visitor.name} ${what}`);
      await visitor.say(`${visitor.name} ${what}`);
    }
  };
  const everyoneSees = () =>
    eventually(async () => {
      for (const visitor of all) expect((await visitor.texts()).toSorted()).to.deep.equal(said.toSorted());
    });

  it('[E2E-9] go on: messages, receipts and typing by their links, and nobody is told of a loss', async () => {
    await everyoneSays('before');
    await everyoneSees();
    await stage.relay.stop('SIGKILL');
    await everyoneSays('without it');
    await everyoneSees();
    const [ada, ben] = all;
    await ada?.page.locator('[data-status=read]').last().waitFor();
    await ben?.page.getByLabel('Message', { exact: true }).pressSequentially('hm');
    await ada?.page.getByText(/Ben.? is typing/).waitFor();
    for (const visitor of all) expect(await visitor.path()).to.equal('direct');
    expect(await ada?.page.getByText('Connection lost').count()).to.equal(0);
  });

  it('[E2E-9] [CATCH-3] give it its log back when it returns empty: each entry once, also of whoever has left', async () => {
    const [ada, ben, cyd] = all;
    await cyd?.close();
    all = [ada, ben].filter((visitor) => visitor !== undefined);
    const { url } = stage.relay;
    const relay = await startRelayProcess(['--port', new URL(url).port]);
    try {
      await eventually(async () => {
        const [client, reply] = await joined(url, 'lobby');
        client.close();
        const texts = reply.entries.map(({ entry }) => (JSON.parse(entry.payload) as { text: string }).text);
        expect(texts.toSorted()).to.deep.equal(said.toSorted());
      }, 25_000);
      await everyoneSays('after');
      await everyoneSees();
    } finally {
      await relay.stop();
    }
  });
});
