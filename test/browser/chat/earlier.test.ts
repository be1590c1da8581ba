import { expect } from 'chai';
import { eventually } from '../../support/eventually.ts';
import { Stage } from './stage.ts';

const withoutWebRtc = () => {
  Reflect.deleteProperty(globalThis, 'RTCPeerConnection');
};

const SAID = 300;

describe('a newcomer to a long conversation', () => {
  let stage: Stage;

  before(async () => {
    stage = await Stage.set({ browsers: 2 });
  });
  after(() => stage.clear());

  it('[UI-30] [CATCH-2] gets the latest at once, and the rest page by page as they scroll back', async () => {
    const ada = await stage.enter({ name: 'Ada', before: withoutWebRtc });
    await ada.sees('waiting');
    const all = Array.from({ length: SAID }, (_, i) => `Message ${i}`);
    await ada.sayAll(all);
    await ada.page.locator('[data-status=sent]').last().waitFor({ timeout: 20_000 });
    const bob = await stage.enter({ name: 'Bob', before: withoutWebRtc });
    await eventually(async () => expect((await bob.texts()).at(-1)).to.equal(`Message ${SAID - 1}`));
    const list = bob.page.getByRole('log');
    await eventually(async () => {
      await list.evaluate((element) => {
        element.scrollTop = 0;
      });
      expect(await bob.page.locator('.earlier').textContent({ timeout: 100 })).to.equal(
        'There are no earlier messages',
      );
    }, 20_000);
    await list.evaluate((element) => {
      element.scrollTop = element.scrollHeight;
    });
    await eventually(async () => expect(await bob.allTexts()).to.deep.equal(all), 20_000);
    expect(bob.errors).to.deep.equal([]);
  });
});
