import { expect } from 'chai';
import { eventually } from '../../support/eventually.ts';
import { enter, type PageWindow, Site } from './site.ts';

describe('the pasted tag', () => {
  let site: Site;

  before(async () => {
    site = await Site.open();
  });

  after(() => site?.close());

  it('[EMB-1] shows one launcher in an open shadow root, whether the tag stands there once or twice', async () => {
    const { page, launcher, errors } = await site.visit(site.tag() + site.tag('data-accent="#0a0"', 'elsewhere'));
    await launcher.waitFor();
    expect(await page.locator('natter-chat').count()).to.equal(1);
    expect(await page.getByRole('button', { name: 'Open chat' }).getAttribute('aria-expanded')).to.equal('false');
    const box = await launcher.boundingBox();
    const view = page.viewportSize();
    expect(box).to.include({ width: 60, height: 60 });
    expect([(view?.width ?? 0) - (box?.x ?? 0), (view?.height ?? 0) - (box?.y ?? 0)]).to.deep.equal([80, 80]);
    expect(errors).to.deep.equal([]);
  });

  it('[EMB-2] fetches its one file before the first interaction, stores nothing and moves nothing', async () => {
    const { page, launcher, requests } = await site.visit(site.tag());
    await launcher.waitFor();
    const shifts = await page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          new PerformanceObserver((list) => resolve(list.getEntries().length)).observe({
            type: 'layout-shift',
            buffered: true,
          });
          setTimeout(() => resolve(0), 200);
        }),
    );
    const stored = await page.evaluate(async () => [
      document.cookie,
      localStorage.length,
      sessionStorage.length,
      (await indexedDB.databases()).length,
      (await caches.keys()).length,
    ]);
    expect(shifts).to.equal(0);
    expect(stored).to.deep.equal(['', 0, 0, 0, 0]);
    expect(requests).to.deep.equal([`${site.relay.url}/v1/natter.js`]);
  });

  it('[EMB-3] fetches the panel on a click, all from the relay that served the tag, and opens it', async () => {
    const { page, launcher, requests, errors } = await site.visit(site.tag('data-title="Reading room"'));
    await launcher.click();
    await enter(page, 'Ada');
    await page.getByRole('dialog', { name: 'Reading room' }).waitFor();
    await page.getByRole('button', { name: 'Close chat' }).first().waitFor();
    const elsewhere = requests.filter((url) => new URL(url).host !== new URL(site.relay.url).host);
    expect(elsewhere).to.deep.equal([]);
    expect(requests.filter((url) => /\/v\d+\.\d+\.\d+\/panel-[A-Z0-9]+\.js$/.test(url))).to.have.length(1);
    expect(errors).to.deep.equal([]);
  });

  it('[EMB-4] runs on another origin under a strict policy and Trusted Types', async () => {
    const { url } = site.relay;
    const policy = [
      "default-src 'none'",
      `script-src ${url}`,
      "style-src 'self'",
      `connect-src ${url} ${url.replace('http', 'ws')}`,
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ].join('; ');
    const { page, launcher, errors } = await site.visit(site.tag(), { 'content-security-policy': policy });
    await launcher.click();
    const field = await enter(page, 'Ada');
    await field.fill('Within the policy');
    await field.press('Enter');
    await page.locator('natter-chat [part~=bubble]', { hasText: 'Within the policy' }).waitFor();
    await page.locator('natter-chat [data-status=sent], natter-chat [data-status=delivered]').first().waitFor();
    expect(errors).to.deep.equal([]);
  });

  it('[EMB-6] says so on the launcher when the panel can’t be fetched, and tries again on a click', async () => {
    const { page, launcher } = await site.visit(site.tag());
    await page.evaluate(() => {
      const { Natter } = globalThis as PageWindow;
      Object.assign(globalThis, { heard: [] });
      Natter.on('error', ({ detail }) => (globalThis as PageWindow).heard.push(detail.code));
    });
    await page.route(/\/panel-/, (route) => route.abort());
    await launcher.click();
    await page.getByRole('button', { name: 'Retry: the chat could not be loaded' }).waitFor();
    expect(await launcher.textContent()).to.equal('Retry');
    expect(await page.evaluate(() => (globalThis as PageWindow).heard)).to.include('load');
    await page.unrouteAll();
    await launcher.click();
    await page.getByLabel('Your name').waitFor();
    await eventually(async () => expect(await launcher.getAttribute('aria-label')).to.equal('Close chat'));
  });

  it('[EMB-6] says so in place of an inline chat too', async () => {
    const { page, launcher } = await site.visit(`<main></main>${site.tag('', 'never')}`);
    await launcher.waitFor();
    await page.route(/\/panel-/, (route) => route.abort());
    await page.evaluate(() => {
      const chat = document.createElement('natter-chat');
      for (const [name, value] of [
        ['room', 'inline'],
        ['mode', 'inline'],
      ] as const)
        chat.setAttribute(name, value);
      document.querySelector('main')?.append(chat);
    });
    const retry = page.locator('main natter-chat [part~=launcher]');
    await retry.waitFor();
    expect(await retry.textContent()).to.equal('Retry');
    await page.unrouteAll();
    await retry.click();
    await page.getByRole('region', { name: 'inline' }).waitFor();
    await retry.waitFor({ state: 'detached' });
  });

  it('[EMB-12] takes an accent that is a colour, and nothing that could fetch', async () => {
    const good = await site.visit(site.tag('data-accent="rgb(0 128 0)" data-position="left"'));
    await good.launcher.waitFor();
    const colour = await good.launcher.evaluate((button) => getComputedStyle(button).backgroundColor);
    expect(colour).to.equal('rgb(0, 128, 0)');
    expect((await good.launcher.boundingBox())?.x).to.equal(20);
    const bad = await site.visit(site.tag('data-accent="var(--x, url(https://evil.example/x.png))"'));
    await bad.launcher.waitFor();
    const image = await bad.launcher.evaluate((button) => getComputedStyle(button).backgroundImage);
    expect(image).to.equal('none');
    expect(bad.requests).to.deep.equal([`${site.relay.url}/v1/natter.js`]);
  });
});
