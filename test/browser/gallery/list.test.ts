import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { MOST } from '../../../widget/ui/reading.ts';
import { eventually } from '../../support/eventually.ts';
import { calls, useGallery } from './open-gallery.ts';

const COUNT = 10_000;

function list(page: Page) {
  return page.getByRole('log');
}

function distanceToEnd(page: Page): Promise<number> {
  return list(page).evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight);
}

function scrollBy(page: Page, pixels: number): Promise<void> {
  return list(page).evaluate((element, by) => {
    element.scrollTop += by;
  }, pixels);
}

function rows(page: Page): Promise<number> {
  return page.locator('[data-key]').count();
}

interface Reading {
  readonly key: string | undefined;
  /** Where the row stands below the top of the list, px. */
  readonly top: number;
}

/** The row at the top of the list: after scrolling, and before the list has heard of it. */
function atTop(page: Page, scroll = 0): Promise<Reading> {
  return list(page).evaluate((element, by) => {
    element.scrollTop += by;
    const edge = element.getBoundingClientRect().top;
    const seen = [...element.querySelectorAll<HTMLElement>('[data-key]')];
    const row = seen.find((candidate) => candidate.getBoundingClientRect().bottom > edge);
    return { key: row?.dataset.key, top: (row?.getBoundingClientRect().top ?? 0) - edge };
  }, scroll);
}

/** Waits until the browser has told of the scrolling and the list has answered. */
function frames(page: Page): Promise<void> {
  return page.evaluate(
    () => new Promise<void>((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve()))),
  );
}

describe('message list', () => {
  const open = useGallery();

  it('[UI-5] follows the end; within 80 px it still does, further away it stays and counts what is new', async () => {
    const page = await open({ view: 'busy' });
    await page.evaluate(() => window.gallery.fill(100));
    await page.evaluate(() => window.gallery.arrive(1));
    expect(await distanceToEnd(page)).to.be.below(1);
    await scrollBy(page, -79);
    await frames(page);
    await page.evaluate(() => window.gallery.arrive(1));
    expect(await distanceToEnd(page)).to.be.below(1);

    await scrollBy(page, -300);
    await frames(page);
    const before = await atTop(page);
    await page.evaluate(() => window.gallery.arrive(3));
    await frames(page);
    expect(await atTop(page)).to.deep.equal(before);
    await page.getByRole('button', { name: '3 new' }).click();
    await eventually(async () => expect(await distanceToEnd(page)).to.be.below(1));
    await eventually(async () => expect(await page.getByRole('button', { name: '3 new' }).count()).to.equal(0));
    await page.getByText('Fresh 5', { exact: true }).waitFor();
  });

  it('[UI-5] my own message brings me to the end', async () => {
    const page = await open({ view: 'busy' });
    await page.evaluate(() => window.gallery.fill(300));
    await scrollBy(page, -3_000);
    await frames(page);
    await page.evaluate(() => window.gallery.write('Mine'));
    await eventually(async () => expect(await distanceToEnd(page)).to.be.below(1));
    await page.locator('.text', { hasText: /^Mine$/ }).waitFor();
  });

  it('[UI-6] of a long conversation a bounded part is in the document, and scrolling reaches the first', async () => {
    const page = await open({ view: 'busy' });
    await page.evaluate((count) => window.gallery.fill(count), 2_000);
    let most = 0;
    for (let step = 0; step < 100; step += 1) {
      await list(page).evaluate((element) => {
        element.scrollTop = 0;
      });
      await frames(page);
      most = Math.max(most, await rows(page));
      if ((await page.getByText('Message 1:', { exact: false }).count()) > 0 && (await atTop(page)).top >= 0) break;
    }
    expect(most).to.be.at.most(MOST);
    expect(await page.locator('.text').first().textContent()).to.match(/^Message 1:/);
    await page.getByRole('button', { name: 'Jump to the latest message' }).click();
    await page.getByText('Message 2000:').waitFor();
  });

  it('[UI-6] with 10,000 messages, one more is drawn within a frame or two', async () => {
    const page = await open({ view: 'busy' });
    await page.evaluate((count) => window.gallery.fill(count), COUNT);
    const times = await page.evaluate(() =>
      Array.from({ length: 30 }, () => {
        const start = performance.now();
        window.gallery.arrive(1);
        document.querySelector('natter-chat')?.shadowRoot?.querySelector('.list')?.getBoundingClientRect();
        return performance.now() - start;
      }).sort((a, b) => a - b),
    );
    expect(times[15]).to.be.below(32);
    expect(await rows(page)).to.be.at.most(MOST);
  });

  it('[UI-7] what comes before, and bringing in older ones, does not move the row that is read', async () => {
    const page = await open({ view: 'busy' });
    await page.evaluate(() => window.gallery.fill(600));
    await scrollBy(page, -1_000);
    await frames(page);
    const before = await atTop(page);
    await page.evaluate(() => window.gallery.prepend(50));
    await frames(page);
    const after = await atTop(page);
    expect(after.key).to.equal(before.key);
    expect(after.top).to.be.closeTo(before.top, 1);

    const first = () => page.locator('[data-key]').first().getAttribute('data-key');
    const firstBefore = await first();
    for (let step = 0; step < 30; step += 1) {
      const read = await atTop(page, -400);
      await frames(page);
      const still = await atTop(page);
      expect(still.key).to.equal(read.key);
      expect(still.top).to.be.closeTo(read.top, 1);
    }
    expect(await first()).to.not.equal(firstBefore);
  });

  it('[UI-8] where what is unread does not fit, reading begins at the divider', async () => {
    const page = await open({ view: 'busy' });
    await page.evaluate(() => window.gallery.fill(60));
    await page.evaluate(() => {
      const message = window.gallery.room?.view().messages[25];
      window.gallery.set({ firstUnread: message?.key });
    });
    await frames(page);
    const divider = await page.getByText('New messages').boundingBox();
    const frame = await list(page).boundingBox();
    expect((divider?.y ?? 0) - (frame?.y ?? 0)).to.be.within(20, 120);
  });

  it('[UI-9] the status stands under my last message; a failed one offers Retry and Delete wherever it is', async () => {
    const page = await open({ view: 'failed' });
    expect(await page.locator('[data-status=delivered]').count()).to.equal(0);
    expect(await page.locator('[data-status=failed]').allInnerTexts()).to.have.length(2);
    await page.getByRole('button', { name: 'Retry' }).first().click();
    await page.getByRole('button', { name: 'Delete' }).last().click();
    const keys = await page.locator('.failed').evaluateAll((all) => all.map((row) => row.getAttribute('data-key')));
    expect(await calls(page)).to.deep.equal([`retry ${keys[0]}`, `discard ${keys[1]}`]);
  });

  it('[UI-11] one or two who type are named, more are several; the list does not move for them', async () => {
    const page = await open({ view: 'busy' });
    const names = ['Ada', 'Bo', 'Cleo'].map((name) => ({ user: name, name }));
    const say = async (count: number) => {
      await page.evaluate((typing) => window.gallery.set({ typing }), names.slice(0, count));
      const said = ((await page.locator('.typing').textContent()) ?? '').replace(/[\u2068\u2069]/g, '').trim();
      return [said, (await list(page).boundingBox())?.height];
    };
    const [nobody, height] = await say(0);
    expect(nobody).to.equal('');
    expect(await say(1)).to.deep.equal(['Ada is typing', height]);
    expect(await say(2)).to.deep.equal(['Ada and Bo are typing', height]);
    expect(await say(3)).to.deep.equal(['Several people are typing', height]);
  });
});
