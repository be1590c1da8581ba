import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { eventually } from '../../support/eventually.ts';
import { calls, useGallery } from './open-gallery.ts';

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

function closed(page: Page): Promise<number> {
  return page.evaluate(() => window.gallery.closed);
}

/** Names what has the focus inside the widget. */
function focused(page: Page): Promise<string | undefined> {
  return page.evaluate(() => {
    const element = document.querySelector('natter-chat')?.shadowRoot?.activeElement;
    return element?.getAttribute('aria-label') ?? element?.textContent ?? undefined;
  });
}

describe('keyboard, speech, phone', () => {
  const open = useGallery();

  it('[A11Y-2] the chip is a button named by the path; what it means is its description, seen on focus', async () => {
    const page = await open({ view: 'busy' });
    const meaning = page.getByRole('tooltip');
    const names = ['Connecting', 'Waiting', 'Direct', 'Mixed', 'Relayed', 'Offline'];
    for (const name of names) {
      await page.evaluate((path) => window.gallery.set({ path }), name.toLowerCase());
      const chip = page.getByRole('button', { name, exact: true });
      expect(await chip.getAttribute('data-path')).to.equal(name.toLowerCase());
      expect(await meaning.isVisible()).to.equal(false);
      await chip.focus();
      await meaning.waitFor();
      expect(await page.locator(`#${await chip.getAttribute('aria-describedby')}`).textContent()).to.have.length.above(
        20,
      );
      await chip.blur();
      await meaning.waitFor({ state: 'hidden' });
    }
  });

  it('[A11Y-3] arrows move the focus from message to message', async () => {
    const page = await open({ view: 'busy' });
    await page.getByRole('log').focus();
    await page.keyboard.press('ArrowUp');
    expect(await focused(page)).to.match(/^You: Ada, you choose/);
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    expect(await focused(page)).to.match(/^Bo: Same here/);
    await page.keyboard.press('ArrowDown');
    expect(await focused(page)).to.match(/^You: Perfect/);
  });

  it('[A11Y-4] new messages of others are spoken in batches, what was there and what I write is not', async () => {
    const page = await open({ view: 'busy' }, { clock: 'held' });
    const region = page.locator('[aria-live=polite]');
    await region.waitFor({ state: 'attached' });
    await page.clock.runFor(100);
    await page.evaluate(() => {
      window.gallery.write('Mine');
      window.gallery.arrive(2);
    });
    expect(await region.textContent()).to.equal('');
    await page.clock.runFor(2_000);
    expect(await region.textContent()).to.equal('Ada Byron: Fresh 1\nAda Byron: Fresh 2');
    await page.evaluate(() => window.gallery.arrive(40));
    await page.clock.runFor(2_000);
    expect(await region.textContent()).to.equal('40 new messages');
    expect(await page.getByRole('log').getAttribute('aria-live')).to.equal('off');
  });

  it('[UI-14] Escape leaves the innermost first: meaning, menu, members, then the panel', async () => {
    const page = await open({ view: 'busy' });
    await page.getByRole('button', { name: 'Mixed' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Menu' }).click();
    await page.getByRole('menuitem', { name: 'Leave room' }).waitFor();
    await page.keyboard.press('ArrowUp');
    expect(await focused(page)).to.equal('Leave room');
    await page.keyboard.press('Escape');
    expect(await focused(page)).to.equal('Menu');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Members' }).waitFor();
    await eventually(async () => expect(await focused(page)).to.equal('Back'));
    expect(await closed(page)).to.equal(0);
    await page.keyboard.press('Escape');
    await eventually(async () => expect(await focused(page)).to.equal('Message'));
    expect(await closed(page)).to.equal(0);
    await page.keyboard.press('Escape');
    expect(await closed(page)).to.equal(1);
  });

  it('[A11Y-5] the focus goes to the field, and on to the next one when the name is given; never away from the page', async () => {
    const page = await open({ view: 'naming' });
    await page.evaluate(() => window.gallery.set({ members: [] }));
    expect(await focused(page)).to.equal(undefined);
    await page.evaluate(() => window.gallery.panel?.focus());
    expect(await page.getByLabel('Your name').evaluate((field) => field.matches(':focus'))).to.equal(true);
    await page.evaluate(() => window.gallery.set({ phase: 'open' }));
    expect(await focused(page)).to.equal('Message');
  });

  it('[A11Y-6] who asks for less motion sees nothing move', async () => {
    const page = await open({ view: 'busy' }, { device: { reducedMotion: 'reduce' } });
    await page.evaluate(() => window.gallery.arrive(1));
    const moving = await page.evaluate(() =>
      (document.querySelector('natter-chat')?.shadowRoot?.getAnimations() ?? []).flatMap((motion) =>
        motion.effect instanceof KeyframeEffect && motion.effect.getKeyframes().some((frame) => 'transform' in frame)
          ? [motion.effect.target?.className]
          : [],
      ),
    );
    expect(moving).to.deep.equal([]);
  });

  it('[UI-15] on a phone it fills the screen, holds the page still, and gives it back', async () => {
    const page = await open({ view: 'busy', draft: 'x' }, { device: PHONE });
    const panel = page.getByRole('dialog');
    await eventually(async () => expect(await panel.getAttribute('aria-modal')).to.equal('true'));
    expect(await panel.boundingBox()).to.deep.equal({ x: 0, y: 0, width: 390, height: 844 });
    const overflow = () => page.evaluate(() => document.documentElement.style.overflow);
    expect(await overflow()).to.equal('hidden');
    expect(await page.getByRole('button', { name: 'Close chat' }).count()).to.equal(1);
    for (const [name, least] of [
      ['Send', 40],
      ['Menu', 40],
      ['Close chat', 40],
    ] as const) {
      const box = await page.getByRole('button', { name }).boundingBox();
      if (box) expect(Math.min(box.width, box.height), name).to.be.at.least(least);
    }
    await page.evaluate(() => window.gallery.panel?.unmount());
    expect(await overflow()).to.equal('');
  });

  it('[UI-15] on a phone Tab stays in the panel', async () => {
    const page = await open({ view: 'busy' }, { device: PHONE });
    await eventually(async () => expect(await page.getByRole('dialog').getAttribute('aria-modal')).to.equal('true'));
    const inside = () => page.evaluate(() => document.activeElement?.localName);
    await page.getByLabel('Message', { exact: true }).focus();
    for (let step = 0; step < 12; step += 1) {
      await page.keyboard.press(step < 8 ? 'Tab' : 'Shift+Tab');
      expect(await inside()).to.equal('natter-chat');
    }
  });

  it('[UI-20] unmounted, it leaves nothing behind and asks nothing more', async () => {
    const page = await open({ view: 'busy' });
    await page.getByRole('button', { name: 'Menu' }).waitFor();
    const left = await page.evaluate(() => {
      window.gallery.panel?.unmount();
      window.gallery.panel?.unmount();
      window.gallery.arrive(1);
      const root = document.querySelector('natter-chat')?.shadowRoot;
      return [root?.querySelector('.natter'), root?.querySelectorAll('*').length];
    });
    expect(left[0]).to.equal(null);
    expect(await calls(page)).to.deep.equal([]);
  });
});
