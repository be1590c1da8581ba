import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { Locator, Page } from 'playwright-core';
import { eventually } from '../../support/eventually.ts';
import { enter, type PageWindow, Site, type Visit } from './site.ts';

/** The policies that docs/embedding.md tells site owners to send, to the letter. */
const POLICIES = [...readFileSync('docs/embedding.md', 'utf8').matchAll(/^Content-Security-Policy: (.+)$/gm)].map(
  ([, policy = '']) => policy,
);
const NONCE = 'bm90IGEgc2VjcmV0IGhlcmU';

describe('the policy that the documents give', () => {
  let site: Site;

  before(async () => {
    site = await Site.open();
  });

  after(() => site?.close());

  it('[SEC-6] is there for a script by its origin and for one by a nonce, with Trusted Types', () => {
    expect(POLICIES).to.have.length(2);
    for (const policy of POLICIES) {
      expect(policy)
        .to.match(/^default-src 'none'; /)
        .and.not.to.include('unsafe');
      expect(policy).to.include("require-trusted-types-for 'script'; trusted-types 'none'");
    }
  });

  for (const [index, way] of ['its origin', 'a nonce'].entries()) {
    it(`[SEC-6] row 19: by ${way} the whole widget runs without one violation, and the cookie is never touched`, async () => {
      const { url } = site.relay;
      const policy = (POLICIES[index] ?? '')
        .replaceAll('https://chat.example.com', url)
        .replaceAll('wss://chat.example.com', url.replace('http', 'ws'))
        .replace('nonce-…', `nonce-${NONCE}`);
      const visit = async () => {
        const tag = site.tag(`nonce="${NONCE}" data-accent="#0a0" data-theme="dark"`, `policy ${index}`);
        return site.visit(tag, { 'content-security-policy': policy }, watch);
      };
      const [ada, bob] = [await visit(), await visit()];
      await expectEnforced(ada);
      for (const [name, { page, launcher }] of Object.entries({ Ada: ada, Bob: bob })) {
        await launcher.click();
        await enter(page, name);
      }
      for (const { page } of [ada, bob]) await page.locator('natter-chat [data-path=direct]').first().waitFor();
      await everything(ada.page, bob.page);
      for (const { page, errors } of [ada, bob]) {
        const told = await page.evaluate(() => (globalThis as PageWindow).heard);
        expect(told).to.deep.equal([]);
        expect(errors.slice(page === ada.page ? 1 : 0), 'after the probe').to.deep.equal([]);
      }
    });
  }
});

/** Whatever the policy refuses is kept, and so is each look at the cookie. */
function watch(): void {
  const heard: string[] = [];
  Object.assign(globalThis, { heard });
  document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) =>
    heard.push(`${violatedDirective}: ${blockedURI} ${sample}`),
  );
  const cookie = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie');
  Object.defineProperty(document, 'cookie', {
    get: () => heard.push('cookie read') && cookie?.get?.call(document),
    set: () => heard.push('cookie written'),
  });
}

/** The policy that was sent is one that this browser holds to: else a test under it would show nothing. */
async function expectEnforced({ page, errors }: Visit): Promise<void> {
  const refused = await page.evaluate(() => {
    const probe = document.createElement('probe');
    try {
      probe.innerHTML = '<b>probe</b>';
      return 'taken';
    } catch (error) {
      return error instanceof TypeError ? 'refused' : String(error);
    }
  });
  expect(refused).to.equal('refused');
  await page.waitForFunction(() => (globalThis as PageWindow).heard.length > 0);
  await page.evaluate(() => (globalThis as PageWindow).heard.splice(0));
  await eventually(() => expect(errors).to.have.length(1));
}

/** Does and opens all that there is, one in the other's sight. */
async function everything(ada: Page, bob: Page): Promise<void> {
  const row = (page: Page, text: string): Locator => page.locator('natter-chat .message', { hasText: text });
  const say = async (text: string) => {
    await ada.getByLabel('Message', { exact: true }).fill(text);
    await ada.getByLabel('Message', { exact: true }).press('Enter');
  };
  const open = async (page: Page, text: string, tool: string) => {
    await page.mouse.move(0, 0); // a row that is pointed at already would not hear of it
    await row(page, text).hover();
    await row(page, text).getByRole('button', { name: tool }).click();
  };
  const choose = async (page: Page, text: string, action: string) => {
    await open(page, text, 'More actions');
    await page.getByRole('menuitem', { name: action }).click();
  };
  await say('see https://example.com/ <b>and</b> more');
  await say('🎉');
  const [link] = await Promise.all([row(bob, 'see').locator('a'), row(bob, '🎉').waitFor()]);
  expect(await link.getAttribute('href')).to.equal('https://example.com/');
  await open(bob, 'see', 'React');
  await bob.getByRole('menuitemcheckbox', { name: '👍' }).click();
  await row(ada, 'see').locator('.reaction').waitFor();
  await choose(ada, 'see', 'Message details');
  await ada.locator('.receipts').waitFor();
  await ada.getByRole('button', { name: 'Back' }).click();
  await choose(ada, 'see', 'Copy text');
  await choose(ada, 'see', 'Edit');
  await ada.getByLabel('Edit message').fill('see more');
  await ada.keyboard.press('Enter');
  await row(bob, 'see more (edited)').waitFor();
  await choose(ada, 'see more', 'Delete');
  await ada.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await row(bob, 'Message deleted').waitFor();
  const menu = async (item: string) => {
    await ada.getByRole('button', { name: 'Menu', exact: true }).click();
    await ada.getByRole('menuitem', { name: item }).click();
  };
  await menu('Members');
  await ada.getByText('Connected directly', { exact: true }).waitFor();
  await ada.getByRole('button', { name: 'Back' }).click();
  await menu('Change your name');
  await ada.getByRole('textbox', { name: 'Your name' }).fill('Ada L.');
  await ada.keyboard.press('Enter');
  await ada.evaluate(() => {
    const { Natter } = globalThis as PageWindow;
    Natter.setTheme({ theme: 'dark', accent: 'rebeccapurple', font: 'Georgia, serif', radius: 'sharp' });
    document.querySelector('natter-chat')?.setAttribute('lang', 'de');
  });
  await ada.getByLabel('Nachricht', { exact: true }).waitFor();
}
