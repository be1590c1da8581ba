import { expect } from 'chai';
import type { Locator } from 'playwright-core';
import { eventually } from '../../support/eventually.ts';
import { Stage } from './stage.ts';
import type { Visitor } from './visitor.ts';

const withoutWebRtc = () => {
  Reflect.deleteProperty(globalThis, 'RTCPeerConnection');
};

/** What the relay says comes a second late: what comes by a link is there before it, however busy the machine. */
const behindTheLink = () => {
  Object.defineProperty(WebSocket.prototype, 'onmessage', {
    set(this: WebSocket, take: (event: MessageEvent) => void) {
      this.addEventListener('message', (event) => setTimeout(() => take(event), 1_000));
    },
  });
};

const WAYS = [
  { way: 'directly', path: 'direct', came: 'Came directly at', by: 'Direct' },
  { way: 'by the relay', path: 'relayed', came: 'Came through the relay at', by: 'Relayed' },
] as const;

function row(visitor: Visitor, text: string): Locator {
  return visitor.page.locator('.message', { hasText: text });
}

async function choose(visitor: Visitor, text: string, action: string): Promise<void> {
  await row(visitor, text).hover();
  await row(visitor, text).getByRole('button', { name: 'More actions' }).click();
  await visitor.page.getByRole('menuitem', { name: action }).click();
}

async function react(visitor: Visitor, text: string, emoji: string): Promise<void> {
  await row(visitor, text).hover();
  await row(visitor, text).getByRole('button', { name: 'React' }).click();
  await visitor.page.getByRole('menuitemcheckbox', { name: emoji }).click();
}

/** Names the emoji under a message, with how many put each there. */
async function reactions(visitor: Visitor, text: string): Promise<readonly string[]> {
  return row(visitor, text).locator('.reaction').allTextContents();
}

for (const { way, path, came, by } of WAYS) {
  describe(`what two visitors do with messages that go ${way}`, () => {
    let stage: Stage;
    let ada: Visitor;
    let bob: Visitor;

    before(async () => {
      stage = await Stage.set({ browsers: 2 });
      const before = path === 'relayed' ? withoutWebRtc : behindTheLink;
      ada = await stage.enter({ name: 'Ada', before });
      bob = await stage.enter({ name: 'Bob', before });
      await Promise.all([ada.sees(path), bob.sees(path)]);
      await bob.page.evaluate(() => {
        const told: string[] = [];
        Object.assign(globalThis, { told });
        for (const name of ['received', 'edited', 'deleted', 'reactions']) {
          document.addEventListener(`natter:message:${name}`, () => told.push(name));
        }
      });
      await ada.say('The first one');
      await row(bob, 'The first one').waitFor();
    });
    after(() => stage.clear());

    it('[E2E-8] [UI-27] one sees that the other has read, and how far', async () => {
      await row(ada, 'The first one').locator('[data-status=read]').waitFor();
      const seen = row(ada, 'The first one').getByRole('img', { name: 'Seen by' });
      expect((await seen.getAttribute('aria-label'))?.replace(/[\u2068\u2069]/g, '')).to.equal('Seen by Bob');
    });

    it('[E2E-8] [UI-25] both see who reacted, and that it was taken back', async () => {
      await react(bob, 'The first one', '🎉');
      await react(ada, 'The first one', '🎉');
      for (const visitor of [ada, bob]) {
        await eventually(async () => expect(await reactions(visitor, 'The first one')).to.deep.equal(['🎉2']));
      }
      await row(bob, 'The first one').locator('.reaction').click();
      for (const visitor of [ada, bob]) {
        await eventually(async () => expect(await reactions(visitor, 'The first one')).to.deep.equal(['🎉1']));
      }
      expect(await row(ada, 'The first one').locator('.reaction').getAttribute('aria-pressed')).to.equal('true');
      expect(await row(bob, 'The first one').locator('.reaction').getAttribute('aria-pressed')).to.equal('false');
    });

    it('[E2E-8] [UI-23] [UI-26] an edit is seen by the other, and said to be one', async () => {
      await choose(ada, 'The first one', 'Edit');
      await ada.page.getByLabel('Edit message').fill('The first one, mended');
      await ada.page.keyboard.press('Enter');
      for (const visitor of [ada, bob]) await row(visitor, 'The first one, mended (edited)').waitFor();
      expect(await reactions(bob, 'mended')).to.deep.equal(['🎉1']);
    });

    it('[E2E-8] [UI-28] the details say who has it and has read it, and how it came', async () => {
      await choose(ada, 'mended', 'Message details');
      const receipt = ada.page.locator('.receipts .person-text');
      await eventually(async () =>
        expect(await receipt.textContent()).to.match(new RegExp(`Bob\\s*Read · .+ · ${by}`)),
      );
      await ada.page.getByText('The relay has this message.').waitFor();
      await ada.page.getByRole('button', { name: 'Back' }).click();
      await choose(bob, 'mended', 'Message details');
      await bob.page.getByText(came).waitFor();
      await bob.page.keyboard.press('Escape');
    });

    it('[E2E-8] [UI-24] [UI-26] [EVENT-6] a deletion takes the text from both, and from who comes back; pages hear of all', async () => {
      await choose(ada, 'mended', 'Delete');
      await ada.page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
      for (const visitor of [ada, bob]) {
        await row(visitor, 'Message deleted').waitFor();
        expect(await visitor.texts()).to.deep.equal(['Message deleted']);
        expect(await reactions(visitor, 'Message deleted')).to.deep.equal([]);
      }
      const told = await bob.page.evaluate(() => (globalThis as unknown as { told: readonly string[] }).told);
      expect([...new Set(told)]).to.deep.equal(['received', 'reactions', 'edited', 'deleted']);
      await bob.page.reload();
      await bob.page.getByRole('button', { name: 'Open chat' }).click();
      await row(bob, 'Message deleted').waitFor();
      expect(await bob.texts()).to.deep.equal(['Message deleted']);
    });

    it('[UI-29] who leaves is listed as seen lately', async () => {
      await bob.close();
      await eventually(async () => expect(await ada.path()).to.equal('waiting'), 20_000);
      await ada.page.getByRole('button', { name: '1 online' }).click();
      await ada.page.locator('.away .person-text', { hasText: 'Bob' }).getByText('Last seen 1 minute ago').waitFor();
    });

    it('raise no error in either page', () => {
      expect([...ada.errors, ...bob.errors].join()).to.equal('');
    });
  });
}
