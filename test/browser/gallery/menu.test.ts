import { expect } from 'chai';
import { calls, useGallery } from './open-gallery.ts';

describe('the menu’s switch for the address', () => {
  const open = useGallery();

  it('[ICE-8] says what it does, is worked by keys, shows its state, and leaves the menu open', async () => {
    const page = await open({ view: 'busy' });
    await page.getByRole('button', { name: 'Menu' }).click();
    const item = page.getByRole('menuitemcheckbox', { name: 'Hide my address', exact: true });
    expect(await item.getAttribute('aria-checked')).to.equal('false');
    const meaning = page.locator(`#${await item.getAttribute('aria-describedby')}`);
    expect(await meaning.textContent()).to.match(/cannot see where you connect from/);
    for (let step = 0; step < 2; step += 1) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('menuitemcheckbox', { checked: true }).waitFor();
    await page.keyboard.press(' ');
    await page.getByRole('menuitemcheckbox', { checked: false }).waitFor();
    expect((await calls(page)).filter((call) => call.startsWith('hide'))).to.deep.equal([
      'hideAddress true',
      'hideAddress false',
    ]);
  });

  it('[ICE-8] what the chip and the members say of links does not call hidden ones direct', async () => {
    const page = await open({ view: 'busy' });
    const meaning = page.locator('#path-meaning');
    expect(await meaning.textContent()).to.match(/connected directly to some people/);
    for (const address of ['hidden', 'guarded']) {
      await page.evaluate((to) => window.gallery.set({ address: to }), address);
      await page.getByText('through a relay that hides your address').first().waitFor({ state: 'attached' });
      expect(await meaning.textContent()).not.to.match(/directly/);
    }
    await page.getByRole('button', { name: '12 online' }).click();
    expect(await page.getByText('Connected, with your address hidden').count()).to.equal(3);
    expect(await page.getByText('Connected directly').count()).to.equal(0);
  });

  it('[ICE-8] is not there where the page sees to it, or there are no links', async () => {
    const page = await open({ view: 'busy' });
    await page.evaluate(() => window.gallery.set({ address: 'guarded' }));
    await page.getByRole('button', { name: 'Menu' }).click();
    await page.getByRole('menuitem', { name: 'Leave room' }).waitFor();
    expect(await page.getByRole('menuitemcheckbox').count()).to.equal(0);
  });
});
