import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import type { Natter } from '../../../widget/index.ts';
import { openPage } from '../../support/chromium.ts';
import { eventually } from '../../support/eventually.ts';
import { type HostPage, pastedTag, serveHostPage } from '../../support/host-page.ts';
import { type RelayProcess, startRelayProcess } from '../../support/relay-process.ts';
import { hsToken, SECRET } from '../../support/tokens.ts';
import { launchBrowsers } from './stage.ts';
import { Visitor } from './visitor.ts';

const ADMIN = 'the-token-of-the-admin';

type PageWindow = typeof globalThis & { readonly Natter: Natter; links: Set<RTCDataChannel> };

/** Row 36 of the threat list, between browsers: links stand, and with history off all that is said goes by them. */
describe('a banned member whose links are still open, and one whose login was revoked', () => {
  let relay: RelayProcess;
  let browsers: readonly Browser[];
  const hosts: HostPage[] = [];

  before(async () => {
    browsers = await launchBrowsers(3);
  });

  beforeEach(async () => {
    relay = await startRelayProcess(['--history=0'], { NATTER_TOKEN_KEY: SECRET, NATTER_ADMIN_TOKEN: ADMIN });
  });

  afterEach(async () => {
    await Promise.all(browsers.flatMap((browser) => browser.contexts()).map((context) => context.close()));
    await Promise.all(hosts.splice(0).map((host) => host.close()));
    await relay.stop();
  });

  after(() => Promise.all(browsers.map((browser) => browser.close())));

  const enter = async (at: number, name: string, role: string, before?: () => void): Promise<Visitor> => {
    const token = hsToken({ sub: name.toLowerCase(), name, role });
    const host = await serveHostPage(pastedTag(relay.url, 'lobby', `data-token="${token}"`));
    hosts.push(host);
    const browser = browsers[at];
    if (!browser) throw new Error('no browser');
    const page = await openPage(browser);
    if (before) await page.addInitScript(before);
    await page.goto(host.url);
    await page.getByRole('button', { name: 'Open chat' }).click();
    await page.getByLabel('Message', { exact: true }).waitFor();
    return Visitor.at(page, name);
  };

  /** Says something ten times a second for as long as the page lives, whatever its widget thinks of it. */
  const flood = (page: Page) =>
    page.evaluate(() => {
      const { Natter } = globalThis as PageWindow;
      let said = 0;
      setInterval(() => {
        said += 1;
        Natter.send(`flood ${said}`);
      }, 100);
    });

  const ban = async ({ page }: Visitor) => {
    await page.getByRole('button', { name: /online/ }).click();
    await page.getByRole('button', { name: /^Actions for .*Eve/ }).click();
    await page.getByRole('menuitem', { name: 'Ban' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Ban' }).click();
  };

  const openLinks = ({ page }: Visitor) =>
    page.evaluate(() => [...(globalThis as PageWindow).links].filter(({ readyState }) => readyState === 'open').length);

  const floods = async (visitor: Visitor) => (await visitor.texts()).filter((text) => text.startsWith('flood'));

  for (const isRelayThere of [true, false]) {
    it(`[MOD-17] [MOD-9] row 36: is unseen by all within a second, ${isRelayThere ? 'with the relay' : 'without it, by the links alone'}`, async () => {
      const mod = await enter(0, 'Mod', 'moderator');
      const eve = await enter(1, 'Eve', 'member', keepGoing);
      const bob = await enter(2, 'Bob', 'member');
      for (const visitor of [mod, eve, bob]) await visitor.sees('direct');
      await eve.say('before');
      for (const visitor of [mod, bob])
        await eventually(async () => expect(await visitor.texts()).to.include('before'));
      if (!isRelayThere) await relay.stop('SIGKILL');
      await flood(eve.page);
      expect(await openLinks(eve)).to.equal(2);
      await eventually(async () => expect((await floods(bob)).length).to.be.greaterThan(5));
      await ban(mod);
      const decided = performance.now();
      const last = await settledFloods(bob, decided + 1_000);
      const lastOfMod = await settledFloods(mod, decided + 1_000);
      await eventually(async () => expect(await openLinks(eve), 'links are cut').to.equal(0));
      // Eve goes on for two seconds more, and her page hears nothing of the ban.
      const until = performance.now() + 2_000;
      await eventually(() => expect(performance.now()).to.be.greaterThan(until));
      expect([await floods(bob), await floods(mod)]).to.deep.equal([last, lastOfMod]);
      expect(await bob.texts(), 'what was said before stands').to.include('before');
      await mod.page.getByRole('button', { name: 'Back' }).click();
      await mod.say('peace');
      await eventually(async () => expect(await bob.texts()).to.include('peace'));
      expect([...mod.errors, ...bob.errors].join()).to.equal('');
    }).timeout(60_000);
  }

  it('[MOD-18] somebody whose login is revoked is cut off by all within a second, links too', async () => {
    const mod = await enter(0, 'Mod', 'moderator');
    const eve = await enter(1, 'Eve', 'member', keepGoing);
    const bob = await enter(2, 'Bob', 'member');
    for (const visitor of [mod, eve, bob]) await visitor.sees('direct');
    await flood(eve.page);
    await eventually(async () => expect((await floods(bob)).length).to.be.greaterThan(5));
    expect(await openLinks(eve)).to.equal(2);
    const headers = { Authorization: `Bearer ${ADMIN}` };
    const body = JSON.stringify({ user: 'eve' });
    expect((await fetch(`${relay.url}/admin/revocations`, { method: 'POST', headers, body })).ok).to.equal(true);
    const revoked = performance.now();
    const last = await settledFloods(bob, revoked + 1_000);
    expect(await openLinks(eve)).to.equal(0);
    const until = performance.now() + 2_000;
    await eventually(() => expect(performance.now()).to.be.greaterThan(until));
    expect(await floods(bob)).to.deep.equal(last);
    await mod.say('peace');
    await eventually(async () => expect(await bob.texts()).to.include('peace'));
  }).timeout(60_000);

  /** What is shown of the flood when a second has passed. */
  const settledFloods = async (visitor: Visitor, at: number) => {
    await eventually(() => expect(performance.now()).to.be.greaterThan(at));
    return floods(visitor);
  };
});

/**
 * The page of somebody who will not be banned: its widget hears of no ruling and no
 * revocation, by whatever path. No function in here has a
 * name, since tsx names those by a helper that pages do not have.
 */
function keepGoing(): void {
  const links = new Set<RTCDataChannel>();
  Object.assign(globalThis, { links });
  for (const { prototype } of [RTCDataChannel, WebSocket]) {
    const handler = Object.getOwnPropertyDescriptor(prototype, 'onmessage');
    if (!handler?.set) continue;
    Object.defineProperty(prototype, 'onmessage', {
      ...handler,
      set(listener: (event: MessageEvent) => void) {
        if (this instanceof RTCDataChannel) links.add(this);
        handler.set?.call(this, (event: MessageEvent) => {
          const { data } = event;
          const text = data instanceof ArrayBuffer ? new TextDecoder().decode(data) : String(data);
          if (!/"kind":"moderation"|token_revoked/.test(text)) listener.call(this, event);
        });
      },
    });
  }
}
