import { expect } from 'chai';
import { eventually } from '../../support/eventually.ts';
import { Stage } from './stage.ts';
import type { Visitor } from './visitor.ts';

const MESSAGES = 200;

for (const history of [1_000, 0]) {
  describe(`two browsers that can talk directly, history ${history}`, () => {
    let stage: Stage;
    let ada: Visitor;
    let bob: Visitor;

    before(async () => {
      stage = await Stage.set({ browsers: 2, flags: [`--history=${history}`] });
      ada = await stage.enter({ name: 'Ada' });
      bob = await stage.enter({ name: 'Bob' });
    });
    after(() => stage.clear());

    it('[E2E-1] [PATH-1] open a link, and the chip says Direct on both', async () => {
      await ada.sees('direct');
      await bob.sees('direct');
      expect(await ada.page.getByText('Direct', { exact: true }).count()).to.be.greaterThan(0);
    });

    it('[OBS-1] tell how long the link took to open, and how long a ping takes on it', async () => {
      await eventually(async () => {
        const seen = await ada.observations();
        const opened = seen.find(({ type, outcome }) => type === 'link' && outcome === 'opened');
        const ping = seen.find(({ type, path }) => type === 'round-trip' && path === 'link');
        for (const observation of [opened, ping]) expect(observation?.ms).to.be.within(0, 10_000);
      });
    });

    it('[E2E-2] [CORE-1] [CORE-2] show 200 messages of each once, in the same order', async () => {
      await Promise.all([ada.sayAll(numbered('Ada')), bob.sayAll(numbered('Bob'))]);
      const expected = [...numbered('Ada'), ...numbered('Bob')].sort();
      await eventually(async () => {
        for (const visitor of [ada, bob]) expect((await visitor.allTexts()).toSorted()).to.deep.equal(expected);
      }, 20_000);
      expect(await ada.allTexts()).to.deep.equal(await bob.allTexts());
    });

    it('[ACK-1] [READ-1] tell the author that a message has been delivered, and read once it is seen', async () => {
      await bob.page.getByRole('button', { name: 'Close chat' }).first().click();
      await ada.say('Did this arrive?');
      await ada.page.locator('[data-status="delivered"]').last().waitFor();
      await bob.page.getByRole('button', { name: 'Open chat' }).click();
      await ada.page.locator('[data-status="read"]').last().waitFor();
    });

    if (history === 0) {
      it('[DEL-8] send no chat by the relay', async () => {
        for (const visitor of [ada, bob]) {
          const traffic = await visitor.traffic();
          const chat = Object.keys(traffic).filter((key) => /^relay (in|out) (entry|ack|typing|entries)$/.test(key));
          expect(chat, `${visitor.name}'s chat frames on the relay`).to.deep.equal([]);
        }
      });
    }

    it('raise no error in either page', () => {
      expect([...ada.errors, ...bob.errors].join()).to.equal('');
    });
  });
}

function numbered(name: string): string[] {
  return Array.from({ length: MESSAGES }, (_, i) => `${name} ${i}`);
}
