import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { launchChromium, openPage } from '../../support/chromium.ts';
import { type HostPage, serveHostPage } from '../../support/host-page.ts';
import { runInPage } from '../../support/page-bundle.ts';
import type { Outcome } from './signals.page.ts';

type SignalsWindow = typeof globalThis & {
  link(): Promise<void>;
  attack(name: string): Promise<Outcome>;
  age(ms: number): Promise<number>;
};

const HOUR = 60 * 60_000;

/** Row 22 of the threat list: signals of a peer, or of whoever can write to its channel, while a link stands. */
describe('attacks by signals on a link that stands', () => {
  let browser: Browser;
  let host: HostPage;
  let page: Page;
  const errors: string[] = [];

  before(async () => {
    browser = await launchChromium();
    host = await serveHostPage('');
  });
  beforeEach(async () => {
    page = await openPage(browser);
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.goto(host.url);
    await runInPage(page, './test/browser/signatures/signals.page.ts');
    await page.evaluate(() => (globalThis as SignalsWindow).link());
  });
  afterEach(async () => {
    expect(errors.splice(0)).to.deep.equal([]);
    await page.close();
  });
  after(async () => {
    await browser?.close();
    await host?.close();
  });

  const attack = (name: string) => page.evaluate((it) => (globalThis as SignalsWindow).attack(it), name);
  const bad = (count: number) => Array.from({ length: count }, () => 'bad_signature');

  const attacks: readonly (readonly [string, Omit<Outcome, 'lives'>])[] = [
    ['another’s', { codes: bad(3), unread: 0 }],
    ['altered', { codes: bad(3), unread: 0 }],
    ['with another fingerprint', { codes: bad(3), unread: 0 }],
    ['media', { codes: [], unread: 4 }],
    ['malformed candidates', { codes: [], unread: 3 }],
    ['replayed', { codes: [], unread: 0 }],
  ];
  for (const [name, expected] of attacks) {
    it(`[CERT-10] [LINK-1] row 22: ${name}: dropped, and the link and the page live`, async () => {
      expect(await attack(name)).to.deep.equal({ ...expected, lives: true });
    });
  }

  it('[CERT-10] row 22: replayed in another link: dropped, and the link and the page live', async () => {
    const { codes, lives } = await attack('replayed in another link');
    expect(lives).to.equal(true);
    expect(codes.length).to.be.at.least(2);
    expect(new Set(codes)).to.deep.equal(new Set(['bad_signature']));
  });

  it('[CERT-10] [LINK-1] row 22: 10,000 candidates, well signed: the link and the page live', async () => {
    expect((await attack('10,000 candidates')).lives).to.equal(true);
  }).timeout(60_000);

  it('[CERT-11] it lives on for a day after its peer’s certificate has ended, and no longer', async () => {
    const age = (ms: number) => page.evaluate((by) => (globalThis as SignalsWindow).age(by), ms);
    expect(await age(24 * HOUR)).to.equal(0);
    expect(await age(16 * 60_000)).to.equal(1);
  });
});
