import { expect } from 'chai';
import type { Browser, FrameLocator, Page } from 'playwright-core';
import { launchChromium, openPage } from '../../support/chromium.ts';
import { eventually } from '../../support/eventually.ts';
import { type RelayProcess, startRelayProcess } from '../../support/relay-process.ts';

describe('the demo pages', () => {
  let relay: RelayProcess;
  let browser: Browser;
  let page: Page;
  let elsewhere: string[];

  before(async () => {
    [relay, browser] = await Promise.all([startRelayProcess(), launchChromium()]);
  });

  beforeEach(async () => {
    elsewhere = [];
    page = await openPage(browser);
    page.on('request', (request) => {
      if (new URL(request.url()).host !== new URL(relay.url).host) elsewhere.push(request.url());
    });
  });

  afterEach(() => page.context().close());

  after(async () => {
    await browser?.close();
    await relay?.stop();
  });

  it('[DEMO-1] [DEMO-5] opens the chat of the article from the page’s own button', async () => {
    await page.goto(relay.url);
    await page.getByRole('button', { name: 'Join the conversation' }).click();
    await page.getByRole('dialog', { name: 'The reading room' }).waitFor();
    expect(elsewhere).to.deep.equal([]);
  });

  it('[DEMO-2] [DEMO-5] shows direct links blocked and back, and what travels where', async () => {
    await page.goto(`${relay.url}/lab`);
    await sees(page, 'Direct', 'Direct');
    await breaks(page, 'Ada', 'Block direct');
    await sees(page, 'Relayed', 'Relayed');
    await page.getByRole('region', { name: 'Ada' }).getByRole('button', { name: 'Send 20' }).click();
    await hears(frameOf(page, 'bo'), 'Ada, message 20');
    expect(Number(await page.locator('[data-count="relay chat"]').textContent())).to.be.at.least(20);
    await breaks(page, 'Ada', 'Block direct');
    await sees(page, 'Direct', 'Direct');
    expect(await page.locator('[data-line=link].open').count()).to.equal(1);
    expect(elsewhere).to.deep.equal([]);
  });

  it('[DEMO-6] shows what its visitors measure: round trips on both paths, and how links end', async () => {
    await page.goto(`${relay.url}/lab`);
    await sees(page, 'Direct', 'Direct');
    const measured = (name: string) => page.locator(`[data-measure="${name}"]`).textContent();
    expect(await measured('opened')).to.match(/^2 in \d+(?:\.\d)? ms$/);
    await page.getByRole('region', { name: 'Ada' }).getByRole('button', { name: 'Send 20' }).click();
    for (const path of ['link', 'relay']) {
      await eventually(async () => expect(await measured(`${path} trip`)).to.match(/^\d+(?:\.\d)? ms$/), 10_000);
    }
    await breaks(page, 'Ada', 'Block direct');
    await eventually(async () => expect(Number(await measured('closed'))).to.be.at.least(1), 20_000);
    await page.getByRole('button', { name: 'Clear' }).click();
    expect(await measured('closed')).to.equal('0');
  });

  it('[DEMO-3] shows a cut relay and a visitor who is offline', async () => {
    await page.goto(`${relay.url}/lab`);
    await sees(page, 'Direct', 'Direct');
    await breaks(page, 'Bo', 'Cut the relay');
    const bo = page.getByRole('region', { name: 'Bo' });
    await bo.getByRole('button', { name: 'Send 20' }).click();
    await hears(frameOf(page, 'ada'), 'Bo, message 20');
    expect(Number(await page.locator('[data-count="link chat"]').textContent())).to.be.at.least(20);
    await breaks(page, 'Bo', 'Block direct');
    await eventually(async () => expect(await chip(page, 'Bo')).to.equal('Offline'), 20_000);
    await breaks(page, 'Bo', 'Block direct');
    await breaks(page, 'Bo', 'Cut the relay');
    await breaks(page, 'Bo', 'Offline');
    await eventually(async () => expect(await chip(page, 'Bo')).to.equal('Offline'));
    await frameOf(page, 'bo').getByText('You are offline').waitFor();
    await bo.getByRole('button', { name: 'Send 20' }).click();
    await breaks(page, 'Bo', 'Offline');
    await hears(frameOf(page, 'ada'), 'Bo, message 40');
    await sees(page, 'Direct', 'Direct');
  });

  it('[DEMO-4] [DEMO-5] asks for a room’s name and opens it over the whole page', async () => {
    await page.goto(`${relay.url}/room`);
    await page.getByLabel('Room name').fill('Café Zürich');
    await page.getByRole('button', { name: 'Join' }).click();
    await page.getByRole('heading', { name: 'Join Café Zürich' }).waitFor();
    expect(new URL(page.url()).searchParams.get('room')).to.equal('Café Zürich');
    const box = await page.locator('natter-chat').boundingBox();
    expect(box?.height).to.be.greaterThan((page.viewportSize()?.height ?? 0) * 0.75);
    expect(elsewhere).to.deep.equal([]);
  });

  it('[DEMO-5] [DEMO-7] shows a room without a relay, which makes an invitation', async () => {
    await page.goto(relay.url);
    await page.getByRole('navigation', { name: 'Demo' }).getByRole('link', { name: 'Without a server' }).click();
    await page.getByLabel('Your name').fill('Ada');
    await page.getByLabel('Your name').press('Enter');
    await page.getByRole('button', { name: 'Invite someone' }).click();
    await page.getByRole('button', { name: 'Make an invitation code' }).click();
    expect(await page.getByLabel('Your invitation code').inputValue()).to.match(/^[\w-]{300,700}$/);
    expect(elsewhere).to.deep.equal([]);
  });
});

function frameOf(page: Page, id: 'ada' | 'bo'): FrameLocator {
  return page.frameLocator(`[data-visitor=${id}] iframe`);
}

async function chip(page: Page, name: string): Promise<string> {
  return (await page.getByRole('region', { name }).getByRole('status').first().textContent()) ?? '';
}

async function sees(page: Page, ada: string, bo: string): Promise<void> {
  await eventually(
    async () => expect([await chip(page, 'Ada'), await chip(page, 'Bo')]).to.deep.equal([ada, bo]),
    20_000,
  );
}

async function breaks(page: Page, name: string, fault: string): Promise<void> {
  await page.getByRole('region', { name }).locator('label', { hasText: fault }).click();
}

async function hears(frame: FrameLocator, text: string): Promise<void> {
  await frame.locator('natter-chat [part~=bubble]', { hasText: text }).last().waitFor({ timeout: 20_000 });
}
