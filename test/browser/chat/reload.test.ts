import { expect } from 'chai';
import { eventually } from '../../support/eventually.ts';
import { Stage } from './stage.ts';

describe('a reloaded page', () => {
  let stage: Stage;

  beforeEach(async () => {
    stage = await Stage.set({ browsers: 2, flags: ['--history=0'] });
  });
  afterEach(() => stage.clear());

  it('[STORE-1] shows the conversation and sends what was not sent, once', async () => {
    const ada = await stage.enter({ name: 'Ada' });
    await ada.say('said before');
    await ada.page.locator('[data-status="queued"]').waitFor();
    await ada.page.context().setOffline(true);
    await ada.say('written offline');
    await ada.page.locator('[data-status="queued"]').waitFor();
    const bob = await stage.enter({ name: 'Bob' });
    await ada.page.context().setOffline(false);
    await ada.page.reload();
    await ada.page.getByRole('button', { name: 'Open chat' }).click();
    await eventually(async () => expect(await ada.texts()).to.deep.equal(['said before', 'written offline']));
    await eventually(async () => expect(await bob.texts()).to.deep.equal(['said before', 'written offline']), 15_000);
  });

  it('[STORE-1] keeps the text that was not sent', async () => {
    const ada = await stage.enter({ name: 'Ada' });
    await ada.page.getByLabel('Message', { exact: true }).fill('half a thou');
    await ada.page.reload();
    await ada.page.getByRole('button', { name: 'Open chat' }).click();
    await eventually(async () =>
      expect(await ada.page.getByLabel('Message', { exact: true }).inputValue()).to.equal('half a thou'),
    );
  });
});
