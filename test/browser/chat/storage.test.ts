import { expect } from 'chai';
import { eventually } from '../../support/eventually.ts';
import { Stage } from './stage.ts';
import { Visitor } from './visitor.ts';

describe('storage of the browser', () => {
  let stage: Stage;

  beforeEach(async () => {
    stage = await Stage.set({ browsers: 1 });
  });
  afterEach(() => stage.clear());

  it('[STORE-2] that fails leaves a room that works in memory and says so once', async () => {
    const before = () => {
      Object.defineProperty(globalThis, 'indexedDB', {
        get() {
          throw new DOMException('no storage here', 'SecurityError');
        },
      });
    };
    const ada = await stage.enter({ name: 'Ada', before });
    await ada.say('into memory');
    await ada.page.locator('[data-status="sent"]').waitFor();
    expect(await ada.page.locator('natter-chat [role=note]').count()).to.equal(1);
    expect(ada.errors.join()).to.equal('');
  });

  it('[STORE-3] is shared by a second tab for reading; each is a member of its own', async () => {
    const ada = await stage.enter({ name: 'Ada' });
    await ada.say('from the first tab');
    await ada.page.locator('[data-status="sent"]').waitFor();
    const tab = await ada.page.context().newPage();
    const second = Visitor.at(tab, 'Ada');
    await tab.goto(stage.host.url);
    await tab.getByRole('button', { name: 'Open chat' }).click();
    await eventually(async () => expect(await second.texts()).to.deep.equal(['from the first tab']));
    await second.say('from the second');
    await eventually(async () => expect(await ada.texts()).to.deep.equal(['from the first tab', 'from the second']));
    await ada.sees('direct');
    expect([...ada.errors, ...second.errors].join()).to.equal('');
  });
});
