import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { eventually } from '../../support/eventually.ts';
import { calls, useGallery } from './open-gallery.ts';

function toTop(page: Page): Promise<void> {
  return page.getByRole('log').evaluate((list) => {
    list.scrollTop = 0;
  });
}

async function asks(page: Page): Promise<number> {
  return (await calls(page)).filter((call) => call === 'loadEarlier').length;
}

function frames(page: Page): Promise<void> {
  return page.evaluate(
    () => new Promise<void>((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve()))),
  );
}

describe('earlier messages', () => {
  const open = useGallery();

  it('[UI-30] come when the reader nears the first one; the row that is read stays where it is', async () => {
    const page = await open({ view: 'busy' });
    await page.evaluate(() => {
      window.gallery.fill(60);
      window.gallery.set({ earlier: true });
    });
    await frames(page);
    expect(await asks(page)).to.equal(0);
    await toTop(page);
    await eventually(async () => expect(await asks(page)).to.equal(1));
    await page.evaluate(() => window.gallery.set({ loadingEarlier: true }));
    await page.getByText('Loading earlier messages').waitFor();

    const first = page.locator('.message', { hasText: 'Message 1: ' });
    await frames(page);
    const before = await first.boundingBox();
    await page.evaluate(() => {
      window.gallery.prepend(30);
      window.gallery.set({ loadingEarlier: false, earlier: false });
    });
    await frames(page);
    const after = await first.boundingBox();
    expect(after?.y).to.be.closeTo(before?.y ?? 0, 1);
    await toTop(page);
    await page.getByText('There are no earlier messages').waitFor();
    expect(await asks(page)).to.equal(1);
  });

  it('[UI-30] a short conversation asks by itself; what does not come is missing, and asked for again after 5 s', async () => {
    const page = await open({ view: 'busy' }, { clock: 'held' });
    await page.evaluate(() => {
      window.gallery.fill(3);
      window.gallery.set({ earlier: true });
    });
    await page.clock.runFor(100);
    await eventually(async () => expect(await asks(page)).to.equal(1));
    for (const loadingEarlier of [true, false]) {
      await page.evaluate((loading) => window.gallery.set({ loadingEarlier: loading }), loadingEarlier);
      await page.clock.runFor(100);
    }
    await page.getByText('Earlier messages are missing here.').waitFor();
    expect(await asks(page)).to.equal(1);
    await page.clock.runFor(5_000);
    await page.evaluate(() => window.gallery.arrive(1));
    await page.clock.runFor(100);
    await eventually(async () => expect(await asks(page)).to.equal(2));
  });

  it('[UI-5] what grows while the list follows its end does not make it stop following', async () => {
    const page = await open({ view: 'amended' });
    const distance = () =>
      page.getByRole('log').evaluate((list) => list.scrollHeight - list.scrollTop - list.clientHeight);
    await eventually(async () => expect(await distance()).to.be.below(1));
    expect(await page.getByRole('button', { name: 'Jump to the latest message' }).count()).to.equal(0);
  });
});
