import { Stage } from './stage.ts';
import type { Visitor } from './visitor.ts';

describe('people in a room', () => {
  let stage: Stage;
  let ada: Visitor;
  let bob: Visitor;

  before(async () => {
    stage = await Stage.set({ browsers: 2 });
    ada = await stage.enter({ name: 'Ada' });
    bob = await stage.enter({ name: 'Bob' });
  });
  after(() => stage.clear());

  it('[TYPE-1] see who types, by name, and that it has ended', async () => {
    await ada.sees('direct');
    await bob.page.getByLabel('Message', { exact: true }).pressSequentially('hmm');
    const line = ada.page.getByText(/Bob.? is typing/);
    await line.first().waitFor();
    await line.first().waitFor({ state: 'hidden', timeout: 8_000 });
  });

  it('[NET-5] are linked again when a page comes back from the back/forward cache', async () => {
    const turn = (type: 'pagehide' | 'pageshow') =>
      bob.page.evaluate((name) => dispatchEvent(new PageTransitionEvent(name, { persisted: true })), type);
    await turn('pagehide');
    await ada.sees('waiting', 2_000);
    await turn('pageshow');
    await ada.sees('direct');
    await bob.sees('direct');
    await bob.say('back again');
    await ada.page.getByText('back again', { exact: true }).waitFor();
  });

  it('[PRES-2] see a leave within a second', async () => {
    await bob.page.evaluate(() => (globalThis as unknown as { Natter: { leave(): void } }).Natter.leave());
    await ada.sees('waiting', 1_500);
  });
});
