import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { LONG_PRESS } from '../../../widget/ui/row-gestures.ts';
import { eventually } from '../../support/eventually.ts';
import { calls, useGallery } from './open-gallery.ts';

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const MINE = 'I will put it on the list.';
const THEIRS = 'Yes! I have wanted to for years.';

function row(page: Page, text: string) {
  return page.locator('.message', { hasText: text });
}

async function keyOf(page: Page, text: string): Promise<string> {
  return (await row(page, text).getAttribute('data-key')) ?? '';
}

/** What the room was asked, without what it is told all the time. */
async function asked(page: Page): Promise<readonly string[]> {
  return (await calls(page)).filter((call) => !/^(?:typing|visible|loadEarlier)/.test(call));
}

async function choose(page: Page, text: string, action: string): Promise<void> {
  await row(page, text).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: action }).click();
}

function isFocused(page: Page, text: string): Promise<boolean> {
  return row(page, text).evaluate((element) => element.matches(':focus'));
}

describe('message actions', () => {
  const open = useGallery();

  it('[UI-21] the toolbar shows at the message that is pointed at, or has the focus, and at no other', async () => {
    const page = await open({ view: 'amended' });
    const tools = page.locator('.tools');
    expect(await tools.count()).to.equal(0);
    await row(page, THEIRS).hover();
    await row(page, THEIRS).locator('.tools').waitFor();
    await row(page, MINE).hover();
    await row(page, MINE).locator('.tools').waitFor();
    expect(await tools.count()).to.equal(1);
    await page.getByLabel('Message', { exact: true }).hover();
    await eventually(async () => expect(await tools.count()).to.equal(0));
    await page.getByRole('log').focus();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Tab');
    expect(await page.getByRole('button', { name: 'React' }).evaluate((button) => button.matches(':focus'))).to.equal(
      true,
    );
  });

  it('[UI-21] [UI-25] by keyboard alone: Enter opens the menu, arrows move, Enter reacts, the focus comes back', async () => {
    const page = await open({ view: 'amended' });
    await row(page, MINE).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menu', { name: 'More actions' }).waitFor();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    expect(await asked(page)).to.deep.equal([`react ${await keyOf(page, MINE)} ❤️`]);
    expect(await page.getByRole('menu').count()).to.equal(0);
    expect(await isFocused(page, MINE)).to.equal(true);
  });

  it('[UI-14] [UI-21] Escape closes the menu and nothing else; a click beside it does, too', async () => {
    const page = await open({ view: 'amended' });
    for (const close of [() => page.keyboard.press('Escape'), () => page.mouse.click(560, 100)]) {
      await row(page, MINE).hover();
      await page.getByRole('button', { name: 'More actions' }).click();
      await page.getByRole('menuitem', { name: 'Copy text' }).waitFor();
      await close();
      expect(await page.getByRole('menu').count()).to.equal(0);
      expect(await isFocused(page, MINE)).to.equal(true);
    }
    expect(await page.evaluate(() => window.gallery.closed)).to.equal(0);
    expect(await asked(page)).to.deep.equal([]);
  });

  it('[UI-21] a finger that rests on a message opens the sheet, one that moves or leaves does not', async () => {
    const page = await open({ view: 'amended' }, { device: PHONE, clock: 'held' });
    await page.clock.runFor(100);
    const box = await row(page, THEIRS).locator('.bubble').boundingBox();
    const point = { x: (box?.x ?? 0) + 30, y: (box?.y ?? 0) + 20 };
    const finger = await page.context().newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', points: readonly { x: number; y: number }[]) =>
      finger.send('Input.dispatchTouchEvent', { type, touchPoints: [...points] });
    await touch('touchStart', [point]);
    await touch('touchMove', [{ ...point, x: point.x + 40 }]);
    await page.clock.runFor(1_000);
    expect(await page.locator('.overlay').count()).to.equal(0);
    await touch('touchEnd', []);
    await touch('touchStart', [point]);
    await page.clock.runFor(LONG_PRESS - 50);
    await touch('touchEnd', []);
    await page.clock.runFor(1_000);
    expect(await page.locator('.overlay').count()).to.equal(0);

    await touch('touchStart', [point]);
    await page.clock.runFor(LONG_PRESS);
    const sheet = page.getByRole('menu', { name: 'More actions' });
    await sheet.waitFor();
    await touch('touchEnd', []);
    await eventually(async () => {
      const place = await sheet.boundingBox();
      expect([place?.x, place?.width, (place?.y ?? 0) + (place?.height ?? 0)]).to.deep.equal([0, 390, 844]);
    });
    for (const item of await sheet.getByRole('menuitem').all()) {
      expect((await item.boundingBox())?.height).to.be.at.least(44);
    }
    await sheet.getByRole('menuitemcheckbox', { name: '🎉' }).tap();
    expect(await asked(page)).to.deep.equal([`react ${await keyOf(page, THEIRS)} 🎉`]);
  });

  it('[UI-22] what is offered fits the message: another’s, a deleted one, and where the room takes nothing', async () => {
    const page = await open({ view: 'amended' });
    const offered = async (text: string) => {
      await row(page, text).first().focus();
      await page.keyboard.press('Enter');
      const items = await page.getByRole('menuitem').allInnerTexts();
      await page.keyboard.press('Escape');
      return items;
    };
    expect(await offered(THEIRS)).to.deep.equal([
      'Copy text',
      'Message details',
      'Report to moderators',
      'Block for me',
    ]);
    expect(await offered('Message deleted')).to.deep.equal([]);
    await page.evaluate(() => window.gallery.set({ barred: { code: 'guests_off', message: 'no' } }));
    expect(await offered(MINE)).to.deep.equal(['Copy text', 'Message details']);
  });

  it('[UI-23] Enter keeps the new text, Escape the old; blank or the same changes nothing; the focus comes back', async () => {
    const page = await open({ view: 'amended', draft: 'unsent' });
    const field = page.getByLabel('Edit message');
    await choose(page, MINE, 'Edit');
    expect(await field.inputValue()).to.equal(MINE);
    expect(await field.evaluate((element) => element.matches(':focus'))).to.equal(true);
    await field.fill('One\n');
    await field.pressSequentially('more');
    await field.press('Enter');
    expect(await asked(page)).to.deep.equal([`edit ${await keyOf(page, MINE)} One\nmore`]);
    await eventually(async () => expect(await isFocused(page, MINE)).to.equal(true));

    await choose(page, MINE, 'Edit');
    await field.fill('Not this');
    await field.press('Escape');
    await choose(page, MINE, 'Edit');
    await field.fill('   ');
    await page.getByRole('button', { name: 'Save' }).click();
    await choose(page, MINE, 'Edit');
    await page.getByRole('button', { name: 'Save' }).click();
    await choose(page, MINE, 'Edit');
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect(await field.count()).to.equal(0);
    expect(await asked(page)).to.have.length(1);
    expect(await page.evaluate(() => window.gallery.closed)).to.equal(0);
    expect(await page.getByLabel('Message', { exact: true }).inputValue()).to.equal('unsent');
  });

  it('[UI-23] a message that is deleted meanwhile ends its editing, and the next one can be pointed at', async () => {
    const page = await open({ view: 'amended' });
    await choose(page, MINE, 'Edit');
    await page.evaluate((text) => {
      const messages = window.gallery.room?.view().messages ?? [];
      const gone = messages.map((one) => (one.text === text ? { ...one, text: '', deleted: true } : one));
      window.gallery.set({ messages: gone });
    }, MINE);
    await page.getByLabel('Edit message').waitFor({ state: 'detached' });
    await row(page, THEIRS).hover();
    await row(page, THEIRS).locator('.tools').waitFor();
  });

  it('[UI-24] deleting is asked about, with the focus on Cancel', async () => {
    const page = await open({ view: 'amended' });
    await choose(page, MINE, 'Delete');
    const question = page.getByRole('alertdialog');
    await question.getByText('Delete this message for everyone?').waitFor();
    await page.keyboard.press('Enter');
    expect(await question.count()).to.equal(0);
    expect(await asked(page)).to.deep.equal([]);
    await choose(page, MINE, 'Delete');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await asked(page)).to.deep.equal([`remove ${await keyOf(page, MINE)}`]);
    expect(await isFocused(page, MINE)).to.equal(true);
  });

  it('[UI-25] a reaction shows its count, that it is mine, and who; a click toggles it', async () => {
    const page = await open({ view: 'amended' });
    const liked = page.getByRole('button', { name: '👍 3: ' });
    expect(await liked.getAttribute('aria-pressed')).to.equal('true');
    const name = ((await liked.getAttribute('aria-label')) ?? '').replace(/[\u2068\u2069]/g, '');
    expect(name).to.equal('👍 3: Ada Byron, Bo, and you');
    const names = page.locator('.tip', { hasText: 'Ada Byron, Bo' }).or(page.locator('.reaction:focus-visible + .tip'));
    await liked.focus();
    await names.first().waitFor();
    await liked.press('Enter');
    await page.getByRole('button', { name: '❤️ 1: ' }).click();
    const keys = await page.locator('.message:has(.reactions)').evaluateAll((all) => all.map((one) => one.dataset.key));
    expect(await asked(page)).to.deep.equal([`react ${keys[0]} 👍`, `react ${keys[1]} ❤️`]);
  });

  it('[UI-26] an edited message says so; a deleted one is a row without text, reactions and tools', async () => {
    const page = await open({ view: 'amended' });
    expect(await row(page, THEIRS).locator('.text').textContent()).to.equal(`${THEIRS} (edited)`);
    expect(await row(page, THEIRS).getAttribute('aria-label')).to.contain('(edited)');
    const text = await page.evaluate(() => {
      const view = window.gallery.room?.view();
      const [first, ...rest] = view?.messages ?? [];
      window.gallery.set({ messages: [{ ...first, text: '', deleted: true }, ...rest] });
      return first?.key;
    });
    const gone = page.locator(`[data-key="${text}"]`);
    expect(await gone.locator('.text').textContent()).to.equal('Message deleted');
    await gone.hover();
    await gone.focus();
    expect(await gone.locator('.reactions, .tools').count()).to.equal(0);
  });

  it('[UI-27] read is a word and a mark in the accent; the faces stand under what was read last', async () => {
    const page = await open({ view: 'amended' });
    const status = page.locator('.meta .status');
    expect(await status.textContent()).to.equal('Read');
    const colour = (selector: string) =>
      page
        .locator(selector)
        .last()
        .evaluate((element) => getComputedStyle(element).color);
    expect(await colour('[data-status=read] .icon')).to.not.equal(await colour('.meta .time'));
    const last = page.locator('.message').last();
    const seen = ((await last.getByRole('img').getAttribute('aria-label')) ?? '').replace(/[\u2068\u2069]/g, '');
    expect(seen).to.equal('Seen by Ada Byron and Bo');
    expect(await row(page, MINE).getByRole('img').count()).to.equal(1);
  });

  it('[UI-28] the details of mine name who has it, who read it, when and how; Escape leads back to it', async () => {
    const page = await open({ view: 'amended' });
    await choose(page, MINE, 'Message details');
    await page.getByRole('heading', { name: 'Message details' }).waitFor();
    const receipts = page.locator('.receipts .person-text');
    await receipts.first().waitFor();
    const said = (await receipts.allInnerTexts()).map((text) => text.replace(/\s+/gu, ' '));
    expect(said).to.deep.equal([
      'Ada Byron Read · 10:31 AM · Direct',
      'Bo Delivered · 10:32 AM · Relayed',
      'Chen Wei Not yet',
    ]);
    await page.getByText('The relay has this message.').waitFor();
    await page.keyboard.press('Escape');
    await eventually(async () => expect(await isFocused(page, MINE)).to.equal(true));
    expect(await page.evaluate(() => window.gallery.closed)).to.equal(0);

    await choose(page, THEIRS, 'Message details');
    await page.getByText('Came directly at 10:11 AM').waitFor();
    await page.getByRole('button', { name: 'Back' }).click();
    await eventually(async () => expect(await isFocused(page, THEIRS)).to.equal(true));
  });

  it('[UI-28] details follow the message, and end with it', async () => {
    const page = await open({ view: 'amended' });
    await choose(page, MINE, 'Message details');
    await page.locator('.receipts').waitFor();
    await page.evaluate((text) => {
      const messages = window.gallery.room?.view().messages ?? [];
      window.gallery.set({ messages: messages.map((one) => (one.text === text ? { ...one, text: 'Changed' } : one)) });
    }, MINE);
    await page.locator('.quote', { hasText: 'Changed' }).waitFor();
    await eventually(async () =>
      expect((await asked(page)).filter((call) => call.startsWith('details'))).to.have.length(2),
    );
    await page.evaluate(() => {
      const messages = window.gallery.room?.view().messages ?? [];
      window.gallery.set({ messages: messages.filter(({ text }) => text !== 'Changed') });
    });
    await page.getByRole('heading', { name: 'Message details' }).waitFor({ state: 'detached' });
  });

  it('[UI-29] who is away stands below who is here, with when they were last seen', async () => {
    const page = await open({ view: 'amended' });
    await page.getByRole('button', { name: '4 online' }).click();
    const away = await page.locator('.away .person-text').allInnerTexts();
    expect(away.map((text) => text.replace(/\s+/gu, ' '))).to.deep.equal([
      'Diego Marín Last seen 4 minutes ago',
      'eve_online Last seen 3 hours ago',
      'Fatima Last seen yesterday',
    ]);
  });
});
