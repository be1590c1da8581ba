import { expect } from 'chai';
import { calls, useGallery } from './open-gallery.ts';

describe('connection banner', () => {
  const open = useGallery();

  it('[UI-10] a dropped relay: after 5 s, counting down, with a way to try now; then back online for 2 s', async () => {
    const page = await open({ view: 'busy' }, { clock: 'held' });
    const banner = page.locator('[part=banner]');
    await banner.waitFor({ state: 'attached' });
    const kind = () => banner.getAttribute('data-banner');
    const step = async (ms: number) => {
      await page.clock.runFor(ms);
      return kind();
    };
    await page.evaluate(() => {
      const now = Date.now();
      window.gallery.set({ connection: { state: 'down', since: now, retryAt: now + 9_000 } });
    });
    expect(await step(4_900)).to.equal('none');
    expect(await step(200)).to.equal('down');
    await page.getByText('Connection lost').waitFor();
    const countdown = page.getByText(/Next try in \d s/);
    const before = Number(/\d/.exec((await countdown.textContent()) ?? '')?.[0]);
    await step(1_000);
    expect(Number(/\d/.exec((await countdown.textContent()) ?? '')?.[0])).to.equal(before - 1);
    await page.getByRole('button', { name: 'Try now' }).click();
    expect(await calls(page)).to.deep.equal(['reconnect']);
    expect(await page.getByLabel('Message', { exact: true }).isEditable()).to.equal(true);

    await page.evaluate(() => window.gallery.set({ connection: { state: 'online' } }));
    expect(await step(100)).to.equal('back');
    await page.getByText('Back online').waitFor();
    expect(await step(2_000)).to.equal('none');
  });

  it('[UI-10] who tries now by keyboard keeps the focus, and reads that a try is under way', async () => {
    const page = await open({ view: 'busy' }, { clock: 'held' });
    await page.evaluate(() => {
      const now = Date.now();
      window.gallery.set({ connection: { state: 'down', since: now - 6_000, retryAt: now + 9_000 } });
    });
    await page.clock.runFor(100);
    const retry = page.getByRole('button', { name: 'Try now' });
    await retry.focus();
    await page.keyboard.press('Enter');
    await page.evaluate(() => window.gallery.set({ connection: { state: 'down', since: Date.now() - 6_000 } }));
    await page.clock.runFor(100);
    await page.getByText('Trying now').waitFor();
    expect(await page.locator('.banner .text-button').evaluate((button) => button.matches(':focus'))).to.equal(true);
    await page.keyboard.press('Enter');
    expect(await calls(page)).to.deep.equal(['reconnect']);
    expect(
      await page
        .getByRole('status')
        .filter({ hasText: /Trying|Next try/ })
        .count(),
    ).to.equal(0);
  });

  it('[UI-10] an offline browser: at once', async () => {
    const page = await open({ view: 'offline' }, { clock: 'held' });
    await page.getByText('You are offline').waitFor();
  });
});
