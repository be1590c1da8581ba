import { expect } from 'chai';
import { openPage } from '../../support/chromium.ts';
import { Stage } from './stage.ts';
import { Visitor } from './visitor.ts';

describe('parts of the panel that come after its first look', () => {
  let stage: Stage;

  before(async () => {
    stage = await Stage.set({ browsers: 1 });
  });
  after(() => stage.clear());

  for (const part of ['extras', 'actions']) {
    it(`[UI-31] ${part} that can't be fetched come when the network is back; the room is usable without them`, async () => {
      const page = await openPage(stage.browser());
      let isCut = true;
      await page.route(new RegExp(`/${part}-[^/]+\\.js`), (route) => (isCut ? route.abort() : route.continue()));
      const ada = await Visitor.enterWith(page, stage.host.url, { name: 'Ada' });
      await ada.say(`written without ${part}`);
      const row = page.locator('.message', { hasText: `written without ${part}` });
      await row.hover();
      expect(await page.getByRole('button', { name: 'More actions' }).count()).to.equal(0);
      isCut = false;
      await page.evaluate(() => dispatchEvent(new Event('online')));
      await page.getByLabel('Message', { exact: true }).hover();
      await row.hover();
      await page.getByRole('button', { name: 'More actions' }).waitFor();
      expect(ada.errors).to.deep.equal([]);
      await ada.close();
    });
  }
});
