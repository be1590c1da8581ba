import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import type { Natter } from '../../../widget/index.ts';
import { type RunningRelay, startRelay } from '../../integration/relay/bayeux-client.ts';
import { launchChromium, openPage } from '../../support/chromium.ts';
import { eventually } from '../../support/eventually.ts';
import { type HostPage, pastedTag, serveHostPage } from '../../support/host-page.ts';
import { hsToken, SECRET, seconds } from '../../support/tokens.ts';
import { enter } from './site.ts';

type PageWindow = typeof globalThis & { readonly Natter: Natter; getToken(): Promise<string | null> };

describe('a visitor who is logged in at the site', () => {
  let browser: Browser;
  let running: RunningRelay;
  const hosts: HostPage[] = [];

  before(async () => {
    browser = await launchChromium();
  });

  beforeEach(async () => {
    running = await startRelay({ tokenKey: SECRET });
  });

  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await Promise.all(hosts.splice(0).map((host) => host.close()));
    await running.relay.close();
  });

  after(() => browser?.close());

  /** Opens the chat of a page that asks `give` for tokens, or of one whose tag holds one. */
  const visit = async (login: string | (() => string | null | Promise<string>), room = 'lobby', tab?: Page) => {
    const attributes = typeof login === 'string' ? `data-token="${login}"` : '';
    const host = await serveHostPage(pastedTag(running.url, room, attributes));
    hosts.push(host);
    const page = tab ?? (await openPage(browser));
    let asked = 0;
    let handshakes = 0;
    page.on('websocket', (socket) =>
      socket.on('framesent', ({ payload }) => {
        if (String(payload).includes('/meta/handshake')) handshakes += 1;
      }),
    );
    if (typeof login === 'function') {
      await page.exposeFunction('getToken', () => {
        asked += 1;
        return login();
      });
    }
    await page.goto(host.url);
    if (typeof login === 'function') {
      await page.evaluate(() => {
        const { Natter, getToken } = globalThis as PageWindow;
        Natter.setToken(getToken);
      });
    }
    const open = () => page.getByRole('button', { name: 'Open chat' }).click();
    return { page, open, asked: () => asked, handshakes: () => handshakes, host };
  };

  const field = (page: Page) => page.getByLabel('Message', { exact: true });
  const say = async (page: Page, text: string) => {
    await field(page).fill(text);
    await field(page).press('Enter');
  };
  const bubble = (page: Page, text: string) => page.locator('natter-chat [part~=bubble]', { hasText: text });

  it('[TOK-22] goes on past the expiry of a token: what is said after it arrives, in the same session', async () => {
    const { page, open, asked, handshakes } = await visit(() => hsToken({ name: 'Ada L.', exp: seconds() + 4 }));
    expect(asked(), 'nothing before the first click').to.equal(0);
    await open();
    await field(page).waitFor();
    const { page: other, open: openOther } = await visit(hsToken({ sub: 'bob', name: 'Bob' }));
    await openOther();
    await say(page, 'before');
    await bubble(other, 'before').waitFor();
    const until = Date.now() + 7_000; // the first token's 4 s and its leeway are over
    await eventually(() => expect(Date.now()).to.be.greaterThan(until), 10_000);
    await say(page, 'after');
    await bubble(other, 'after').waitFor();
    expect(asked()).to.be.greaterThan(1);
    expect(handshakes()).to.equal(1);
    await other.getByText('Ada L.').first().waitFor();
  });

  it('[TOK-19] comes in under the token’s name, which is not theirs to change; a guest’s is', async () => {
    const { page, open } = await visit(hsToken({ name: 'Ada L.' }));
    await open();
    await field(page).waitFor();
    await page.getByRole('button', { name: 'Menu' }).click();
    expect(await page.getByRole('menuitem').allTextContents()).to.deep.equal(['Members', 'Leave room']);
    const guest = await visit(() => null);
    await guest.open();
    await enter(guest.page, 'Gus');
    await guest.page.getByRole('button', { name: 'Menu' }).click();
    expect(await guest.page.getByRole('menuitem').allTextContents()).to.include('Change your name');
  });

  it('[TOK-23] who is revoked reads it plainly, keeps what was there, and goes on with another token', async () => {
    const token = hsToken({ name: 'Ada', sid: 'a1' });
    let next = token;
    const { page, open, asked } = await visit(() => next);
    await open();
    await say(page, 'said before');
    await page.locator('natter-chat').getByText('Sent').waitFor();
    await running.relay.revoke({ session: 'a1' });
    const note = page.locator('[data-refusal="token_revoked"]');
    await note.getByText('You have been signed out of this chat.').waitFor();
    expect(asked(), 'the page was asked for a better one').to.equal(2);
    await bubble(page, 'said before').waitFor();
    await note.getByRole('button', { name: 'Try again' }).click();
    await eventually(() => expect(asked()).to.equal(3));
    await note.waitFor();
    next = hsToken({ name: 'Ada', sid: 'a2' });
    await note.getByRole('button', { name: 'Try again' }).click();
    await say(page, 'and after');
    await bubble(page, 'and after').waitFor();
    await bubble(page, 'said before').waitFor();
  });

  it('[TOK-23] an expired token in a tag, and a room that a token does not open, are said in words; setToken mends it', async () => {
    const { page, open } = await visit(hsToken({ name: 'Ada', exp: seconds() - 60 }));
    await open();
    await page.getByText('Your sign-in has expired. Sign in again on this site.').waitFor();
    await page.evaluate((token) => (globalThis as PageWindow).Natter.setToken(token), hsToken({ name: 'Ada' }));
    await field(page).waitFor();
    await say(page, 'signed in');
    await page.locator('natter-chat').getByText('Sent').waitFor();
    const closed = await visit(hsToken({ name: 'Ada', rooms: ['elsewhere'] }));
    await closed.open();
    await closed.page.getByText('Your sign-in does not open this room.').waitFor();
  });

  it('[TOK-20] a page that can’t give a token is asked again, and the visitor reads why nothing happens', async () => {
    let works = false;
    const { page, open, asked } = await visit(async () => {
      if (!works) throw new Error('the site is down');
      return hsToken({ name: 'Ada' });
    });
    await open();
    await page.getByText('Signing in does not work right now.').waitFor();
    works = true;
    await field(page).waitFor();
    expect(asked()).to.be.greaterThan(1);
  });

  it('[TOK-21] [TOK-24] another user has a conversation of their own; who logs out leaves nothing in the browser', async () => {
    const { page, open } = await visit(hsToken({ name: 'Ada' }), 'private');
    await open();
    await say(page, 'by Ada');
    await page.locator('natter-chat').getByText('Sent').waitFor();
    await page.evaluate(
      (token) => (globalThis as PageWindow).Natter.setToken(token),
      hsToken({ sub: 'bob', name: 'Bob' }),
    );
    await say(page, 'by Bob');
    await bubble(page, 'by Ada').waitFor();
    const mine = page.locator('natter-chat .message.me');
    await eventually(async () =>
      expect((await mine.allTextContents()).join())
        .to.contain('by Bob')
        .and.not.contain('by Ada'),
    );
    const databases = () =>
      page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name?.split('/').slice(-2).join('/')));
    expect((await databases()).sort()).to.deep.equal(['@ada/private', '@bob/private']);
    await page.evaluate(() => (globalThis as PageWindow).Natter.logout());
    await page.getByLabel('Your name').waitFor();
    await eventually(async () => expect((await databases()).sort()).to.deep.equal(['/private', '@ada/private']));
  });
});
