import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { eventually } from '../../support/eventually.ts';
import { enter, type PageWindow, Site } from './site.ts';

describe('the life of a widget', () => {
  let site: Site;

  before(async () => {
    site = await Site.open();
  });

  after(() => site?.close());

  it('[EMB-7] leaves nothing behind when destroyed, and can be mounted again', async () => {
    const { page, launcher, errors, sockets } = await site.visit(site.tag('', 'again'));
    await launcher.click();
    await enter(page, 'Ada');
    const ended = page.evaluate(
      () => new Promise((resolve) => document.addEventListener('natter:destroy', () => resolve('told'))),
    );
    await eventually(() => expect(sockets()).to.equal(1));
    await page.evaluate(() => (globalThis as PageWindow).Natter.destroy());
    expect(await ended).to.equal('told');
    expect(await page.locator('natter-chat').count()).to.equal(0);
    await eventually(() => expect(sockets()).to.equal(0));
    await page.evaluate(() => {
      const { Natter } = globalThis as PageWindow;
      Natter.open();
      Natter.mount({ room: 'again' });
      Natter.open();
    });
    await page.getByLabel('Message', { exact: true }).waitFor();
    expect(await page.locator('natter-chat').count()).to.equal(1);
    expect(errors).to.deep.equal([]);
  });

  it('[EMB-7] comes back when the tag is put into the page again', async () => {
    const { page, launcher } = await site.visit(site.tag('', 'tag-again'));
    await launcher.waitFor();
    await page.evaluate(() => (globalThis as PageWindow).Natter.destroy());
    await launcher.waitFor({ state: 'detached' });
    await page.evaluate((src) => {
      const script = Object.assign(document.createElement('script'), { src });
      script.dataset.room = 'tag-again';
      document.body.append(script);
    }, `${site.relay.url}/v1/natter.js`);
    await launcher.waitFor();
    expect(await page.locator('natter-chat').count()).to.equal(1);
  });

  it('[EMB-8] keeps the draft and the conversation of an element that is taken off and put back', async () => {
    const { page, launcher } = await site.visit(site.tag('', 'moved'));
    await launcher.click();
    const field = await enter(page, 'Ada');
    await field.fill('half a thought');
    await page.evaluate(() => {
      const chat = document.querySelector('natter-chat');
      chat?.remove();
      if (chat) document.body.append(chat);
    });
    await eventually(async () => expect(await field.inputValue()).to.equal('half a thought'));
    expect(await page.locator('natter-chat section').count()).to.equal(1);
  });

  it('[EMB-8] ends the connections of an element that stays away', async () => {
    const { page, launcher, sockets } = await site.visit(site.tag('', 'away'));
    await launcher.click();
    await enter(page, 'Ada');
    await eventually(() => expect(sockets()).to.equal(1));
    await page.evaluate(() => document.querySelector('natter-chat')?.remove());
    await eventually(() => expect(sockets()).to.equal(0), 8_000);
  });

  it('[EMB-14] outlives a page that swaps its body', async () => {
    const { page, launcher } = await site.visit(site.tag('', 'swap'));
    await launcher.click();
    const field = await enter(page, 'Ada');
    await field.fill('still here');
    await page.evaluate(() => {
      const next = document.createElement('body');
      next.append('Another page');
      document.body.replaceWith(next);
    });
    expect(await field.inputValue()).to.equal('still here');
    expect(await page.locator('natter-chat').count()).to.equal(1);
  });

  it('[EMB-9] opens an inline element where it stands, and follows its attributes', async () => {
    const { page, errors } = await site.visit(
      `<natter-chat room="first" mode="inline" style="height:480px" accent="rgb(200 0 0)"></natter-chat>
       <script async src="${site.relay.url}/v1/natter.js"></script>`,
    );
    await page.getByRole('heading', { name: 'Join first' }).waitFor();
    expect(await page.locator('natter-chat').count()).to.equal(1);
    await set(page, 'room', 'second');
    await page.getByRole('heading', { name: 'Join second' }).waitFor();
    await set(page, 'data-title', 'The snug');
    await page.getByRole('region', { name: 'The snug' }).waitFor();
    await enter(page, 'Ada');
    await set(page, 'theme', 'dark');
    const scheme = () => page.locator('natter-chat .natter').evaluate((root) => getComputedStyle(root).colorScheme);
    await eventually(async () => expect(await scheme()).to.equal('dark'));
    expect(errors).to.deep.equal([]);
  });

  it('[EMB-9] moves a closed launcher’s chat into the page when its mode becomes inline', async () => {
    const { page, launcher } = await site.visit(site.tag('', 'mode'));
    await launcher.click();
    await enter(page, 'Ada');
    await launcher.click();
    await page.getByLabel('Message', { exact: true }).waitFor({ state: 'detached' });
    await set(page, 'mode', 'inline');
    await page.getByRole('region', { name: 'mode' }).waitFor();
    await launcher.waitFor({ state: 'detached' });
    await set(page, 'mode', 'launcher');
    await page.getByRole('dialog', { name: 'mode' }).waitFor();
    expect(await launcher.getAttribute('aria-label')).to.equal('Close chat');
  });
});

function set(page: Page, name: string, value: string): Promise<void> {
  return page.evaluate(
    ([key = '', text = '']) => document.querySelector('natter-chat')?.setAttribute(key, text),
    [name, value],
  );
}
