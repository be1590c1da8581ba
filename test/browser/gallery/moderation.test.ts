import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { calls, useGallery } from './open-gallery.ts';

const SAID = 'Thursday works for me.';

/** What the room was asked, without what it is told all the time. */
async function asked(page: Page): Promise<readonly string[]> {
  return (await calls(page)).filter((call) => !/^(?:typing|visible|loadEarlier)/.test(call));
}

async function choose(page: Page, action: string): Promise<void> {
  await page.locator('.message', { hasText: SAID }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: action }).click();
}

const keyOf = (page: Page) => page.locator('.message', { hasText: SAID }).getAttribute('data-key');

/** What moderators set for the whole room; the menu has a switch for the visitor's address, too. */
const RULES = /^(?:Slow mode|Read-only|Lock the room)/;

describe('moderation in the panel', () => {
  const open = useGallery();

  it('[MOD-16] a moderator mutes and bans the author of a message, and is asked before a ban', async () => {
    const page = await open({ view: 'moderator' });
    await choose(page, 'Mute');
    await page.getByRole('menuitem', { name: 'Mute for 1 hour' }).click();
    await choose(page, 'Ban');
    const question = page.getByRole('alertdialog', { name: 'Ban Chen Wei from this room?' });
    await question.waitFor();
    await page.keyboard.press('Escape');
    expect(await question.count()).to.equal(0);
    await choose(page, 'Ban');
    await question.getByRole('button', { name: 'Ban' }).click();
    expect(await asked(page)).to.deep.equal([
      'moderate {"type":"mute","user":"u-chen","ms":3600000}',
      'moderate {"type":"ban","user":"u-chen"}',
    ]);
    expect(
      await page.locator('.message', { hasText: SAID }).evaluate((row) => row.matches(':focus')),
      'the focus is back where it was',
    ).to.equal(true);
  });

  it('[MOD-16] a moderator deletes what another said, after a question', async () => {
    const page = await open({ view: 'moderator' });
    await choose(page, 'Delete');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    expect(await asked(page)).to.deep.equal([`remove ${await keyOf(page)}`]);
  });

  it('[MOD-16] a moderator sets the rules of the room in the header’s menu, which says how they stand', async () => {
    const page = await open({ view: 'moderator' });
    for (const name of [/^Slow mode/, /^Read-only/, /^Lock the room/]) {
      await page.getByRole('button', { name: 'Menu' }).click();
      await page.getByRole('menuitemcheckbox', { name }).click();
      if ((await page.getByRole('menu').count()) > 0) await page.keyboard.press('Escape');
    }
    expect(await asked(page)).to.deep.equal([
      'moderate {"type":"slow","seconds":0}',
      'moderate {"type":"read-only","on":true}',
      'moderate {"type":"lock"}',
    ]);
    await page.getByRole('button', { name: 'Menu' }).click();
    const states = await page
      .getByRole('menuitemcheckbox', { name: RULES })
      .evaluateAll((items) => items.map((item) => item.getAttribute('aria-checked')));
    expect(states).to.deep.equal(['true', 'false', 'false']);
  });

  it('[MOD-16] nobody else is offered any of it', async () => {
    const page = await open({ view: 'busy' });
    await page.getByRole('button', { name: 'Menu' }).click();
    expect(await page.getByRole('menuitemcheckbox', { name: RULES }).count()).to.equal(0);
    await page.keyboard.press('Escape');
    await page.locator('.message', { hasText: SAID }).focus();
    await page.keyboard.press('Enter');
    const items = await page.getByRole('menuitem').allTextContents();
    expect(items).to.deep.equal(['Copy text', 'Message details', 'Report to moderators', 'Block for me']);
  });

  it('[MOD-16] in the list of members, by the keyboard, and whom they have silenced can be freed there', async () => {
    const page = await open({ view: 'moderator' });
    await page.getByRole('button', { name: '4 online' }).click();
    const tools = page.getByRole('button', { name: 'Actions for Bo', exact: true });
    await tools.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menu', { name: 'Actions for Bo' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    expect(await tools.evaluate((button) => button.matches(':focus'))).to.equal(true);
    await page.getByRole('button', { name: 'Unban' }).click();
    expect(await asked(page)).to.deep.equal([
      'moderate {"type":"mute","user":"u-bo","ms":600000}',
      'moderate {"type":"unban","user":"u-eve"}',
    ]);
  });

  it('[MOD-14] a report is confirmed by a word, and says if no moderator is here to read it', async () => {
    for (const [view, word] of [
      ['muted', 'Reported to the moderators'],
      ['busy', 'No moderator is here right now'],
    ] as const) {
      const page = await open({ view });
      await choose(page, 'Report to moderators');
      await page.getByText(word).waitFor();
      expect(await asked(page)).to.deep.equal([`report ${await keyOf(page)}`]);
    }
  });

  it('[MOD-14] a moderator sees what was reported with the message, and deletes it or lets it be', async () => {
    const page = await open({ view: 'moderator' });
    const note = page.getByRole('note').filter({ hasText: 'reported what' });
    expect(await note.locator('blockquote').textContent()).to.equal(SAID);
    await note.getByRole('button', { name: 'Dismiss' }).click();
    await note.getByRole('button', { name: 'Delete' }).click();
    const key = await keyOf(page);
    expect(await asked(page)).to.deep.equal([`dismiss ${key}`, `remove ${key}`, `dismiss ${key}`]);
  });

  it('[MOD-15] somebody is blocked at a message, and heard again by the list of members', async () => {
    const page = await open({ view: 'muted' });
    await choose(page, 'Block for me');
    await page.getByRole('button', { name: '4 online' }).click();
    await page.getByRole('button', { name: 'Unblock' }).click();
    expect(await asked(page)).to.deep.equal(['block u-chen true', 'block u-diego false']);
  });

  it('[MOD-6] [MOD-12] who may not write is told why where one writes, and until when', async () => {
    for (const [view, sentence] of [
      ['muted', /^A moderator has muted you until 11:42\sAM\.$/],
      ['mutedForDays', /^A moderator has muted you until Tuesday, November 24, 2026 at 10:42\sAM\.$/],
      ['readOnly', 'Only moderators can write here right now.'],
    ] as const) {
      const page = await open({ view });
      await page.getByText(sentence).waitFor();
      expect(await page.getByLabel('Message', { exact: true }).count()).to.equal(0);
    }
    const slow = await open({ view: 'slow' });
    await slow.getByText('Slow mode: you can write again in 8 s').waitFor();
    expect(await slow.getByLabel('Message', { exact: true }).count()).to.equal(1);
    for (const [view, sentence] of [
      ['banned', 'A moderator has banned you from this room.'],
      ['shut', 'This room is locked. Nobody new can come in right now.'],
    ] as const) {
      const page = await open({ view });
      await page.getByText(sentence).waitFor();
      expect(await page.getByLabel('Message', { exact: true }).count()).to.equal(0);
    }
  });
});
