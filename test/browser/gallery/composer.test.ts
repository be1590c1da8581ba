import { expect } from 'chai';
import { calls, useGallery } from './open-gallery.ts';

describe('composer and names', () => {
  const open = useGallery();

  it('[UI-1] a name is asked for in "Your name", and a blank one can not join', async () => {
    const page = await open({ view: 'naming' });
    const join = page.getByRole('button', { name: 'Join', exact: true });
    await page.getByLabel('Your name', { exact: true }).fill('  \u202e ');
    expect(await join.isDisabled()).to.equal(true);
    await page.getByLabel('Your name', { exact: true }).press('Enter');
    await page.getByLabel('Your name', { exact: true }).fill(' Noor  Said ');
    await page.getByLabel('Your name', { exact: true }).press('Enter');
    expect(await calls(page)).to.deep.equal(['join Noor Said']);
  });

  it('[UI-2] Enter sends, Shift+Enter breaks the line, a blank message is not sent', async () => {
    const page = await open({ view: 'busy' });
    const field = page.getByLabel('Message', { exact: true });
    await field.fill('   ');
    await field.press('Enter');
    expect(await page.getByRole('button', { name: 'Send' }).isVisible()).to.equal(false);
    await field.fill('one');
    await field.press('Shift+Enter');
    await field.pressSequentially('two');
    await field.press('Enter');
    expect(await calls(page)).to.include('send one\ntwo');
    expect((await calls(page)).filter((call) => call.startsWith('send'))).to.have.length(1);
    expect(await field.inputValue()).to.equal('');
    await field.fill('three');
    await page.getByRole('button', { name: 'Send' }).click();
    expect((await calls(page)).at(-1)).to.equal('send three');
  });

  it('[UI-2] the Enter that ends an IME composition does not send', async () => {
    const page = await open({ view: 'busy', draft: '\u306b\u307b\u3093' });
    const field = page.getByLabel('Message', { exact: true });
    await field.evaluate((element) => {
      const enter = { key: 'Enter', bubbles: true, cancelable: true };
      element.dispatchEvent(new KeyboardEvent('keydown', { ...enter, isComposing: true }));
      element.dispatchEvent(new KeyboardEvent('keydown', { ...enter, keyCode: 229 }));
    });
    expect(await calls(page)).to.deep.equal([]);
    await field.press('Enter');
    expect(await calls(page)).to.deep.equal(['send \u306b\u307b\u3093']);
  });

  it('[UI-3] it holds the draft and hands on each change, as typing too', async () => {
    const page = await open({ view: 'busy', draft: 'kept' });
    const field = page.getByLabel('Message', { exact: true });
    expect(await field.inputValue()).to.equal('kept');
    await field.fill('kept and more');
    expect(await calls(page)).to.deep.equal(['typing']);
    expect(await page.evaluate(() => window.gallery.room?.draft())).to.equal('kept and more');
  });

  it('[UI-3] it grows from one line to five, and its text is never below 16 px', async () => {
    const page = await open({ view: 'busy', theme: { density: 'compact' } });
    await page.addStyleTag({ url: '/small.css' });
    const field = page.getByLabel('Message', { exact: true });
    const height = () => field.evaluate((element) => element.getBoundingClientRect().height);
    const one = await height();
    await field.fill('1\n2\n3');
    expect(await height()).to.equal(one + 44);
    await field.fill('1\n2\n3\n4\n5\n6\n7\n8');
    expect(await height()).to.equal(one + 88);
    await field.fill('');
    expect(await height()).to.equal(one);
    expect(await field.evaluate((element) => Number.parseFloat(getComputedStyle(element).fontSize))).to.equal(16);
  });

  it('[UI-17] the menu leads to the members, another name, and out', async () => {
    const page = await open({ view: 'crowd' });
    const choose = async (name: string) => {
      await page.getByRole('button', { name: 'Menu' }).click();
      await page.getByRole('menuitem', { name }).click();
    };
    await choose('Members');
    const people = await page.locator('.person-text, .more').allInnerTexts();
    expect(people[0]).to.match(/^Noor\s+you\s+This device$/);
    expect(people[1]).to.match(/^Ada Byron\s+Connected directly$/);
    expect(people[4]).to.match(/^Diego Marín\s+Connected through the relay$/);
    expect(people.at(-1)).to.equal('and 125 more');
    await page.getByRole('button', { name: 'Back' }).click();
    await choose('Change your name');
    await page.getByLabel('Your name', { exact: true }).fill('Nora');
    await page.getByRole('button', { name: 'Save' }).click();
    await choose('Leave room');
    expect(await calls(page)).to.deep.equal(['join Nora', 'leave']);
  });

  it('[UI-17] without a connection nobody is said to be online', async () => {
    const page = await open({ view: 'busy' });
    await page.getByRole('button', { name: '12 online' }).waitFor();
    await page.evaluate(() => window.gallery.set({ path: 'offline' }));
    await page.getByRole('button', { name: '12 online' }).waitFor({ state: 'detached' });
  });

  it('[UI-17] who left comes back by one button, under the same name', async () => {
    const page = await open({ view: 'left' });
    await page.getByRole('button', { name: 'Come back' }).click();
    expect(await calls(page)).to.deep.equal(['join Noor']);
  });

  it('[UI-19] a notice is said once; who is barred reads why, with an action in the place of the composer', async () => {
    const page = await open({ view: 'notice' });
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await page.getByText('This page is not secure').waitFor();
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await page.evaluate(() => window.gallery.set({ count: 5 }));
    expect(await page.getByRole('note').count()).to.equal(0);
    await page.evaluate(() => window.gallery.set({ barred: { code: 'guests_off', message: 'no' } }));
    await page.getByText('This room is for people who are signed in').waitFor();
    expect(await page.getByLabel('Message', { exact: true }).count()).to.equal(0);
    await page.getByRole('button', { name: 'Try again' }).click();
    expect(await calls(page)).to.deep.equal(['reconnect']);
  });
});
