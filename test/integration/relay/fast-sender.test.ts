import { expect } from 'chai';
import { type CrowdProcess, startCrowdProcess } from '../../chaos/crowd/crowd-process.ts';
import { eventually } from '../../support/eventually.ts';
import { bundleForNode, type NodeBundle } from '../../support/node-bundle.ts';
import { at, metric, RawClient, type RunningRelay, startRelay } from './bayeux-client.ts';

/** The widget's own client, without its panel, in processes of their own. */
describe('a widget that is too fast for its relay', () => {
  let bundle: NodeBundle;
  let running: RunningRelay;
  const visitors: CrowdProcess[] = [];

  before(async function () {
    this.timeout(30_000);
    bundle = await bundleForNode('test/chaos/crowd/main.ts');
  });

  after(() => bundle.remove());

  afterEach(async () => {
    await Promise.all(visitors.splice(0).map((visitor) => visitor.end()));
    await running.relay.close();
  });

  const enter = async (name: string) => {
    const visitor = startCrowdProcess(bundle.file);
    visitors.push(visitor);
    await visitor.call('enter', { visitors: [{ name, room: 'lobby', endpoint: `${running.url}/bayeux` }] });
    return visitor;
  };
  const progress = async (visitor: CrowdProcess) => (await visitor.call('progress', {}))[0];

  it('[LIM-13] 700 messages at once, with the limits as they are: none is lost, and all are shown in order', async function () {
    this.timeout(60_000);
    running = await startRelay();
    const [ada, ben] = [await enter('Ada'), await enter('Ben')];
    const witness = await RawClient.connect(running.url);
    await witness.subscribe('/rooms/lobby');
    await eventually(async () => expect((await progress(ada))?.online && (await progress(ben))?.online).to.equal(true));
    await ada.call('say', { times: 700 });
    const heard = await witness.on('/rooms/lobby', 700, 40_000);
    const [said] = await ada.call('testify', { since: 0 });
    const texts = heard.map((frame) => at(JSON.parse(String(at(frame, 'entry', 'payload'))), 'text'));
    expect(new Set(texts)).to.deep.equal(new Set(said?.account.said)); // each once: 700 came
    await eventually(async () => {
      const [shown] = await ben.call('testify', { since: 0 });
      expect(shown?.account.shown).to.deep.equal(said?.account.said);
      expect(shown?.account.twice).to.deep.equal([]);
    });
    await eventually(async () => expect((await progress(ada))?.acknowledged).to.equal(700));
    expect(await metric(running.url, 'natter_limited_total{scope="session"}')).to.be.within(1, 250);
    witness.close();
  });

  it('[LIM-14] who is told when to come again does not come earlier: a full room is asked once in its time, and entered then', async function () {
    this.timeout(40_000);
    running = await startRelay({ limitRoomMembers: 2 });
    const [ada] = [await enter('Ada')];
    await eventually(async () => expect((await progress(ada))?.online).to.equal(true));
    const second = await RawClient.connect(running.url);
    await second.subscribe('/rooms/lobby');
    const ben = await enter('Ben');
    const full = () => metric(running.url, 'natter_refusals_total{code="room_full"}');
    await eventually(async () => expect(await full()).to.equal(1));
    const told = performance.now();
    await eventually(async () => expect(await full()).to.equal(2), 12_000);
    expect(performance.now() - told).to.be.greaterThan(4_900);
    await second.call({ channel: '/meta/unsubscribe', subscription: '/rooms/lobby' });
    await eventually(async () => expect((await progress(ben))?.online).to.equal(true), 15_000);
    second.close();
  });
});
