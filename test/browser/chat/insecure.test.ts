import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { launchChromium, openPage } from '../../support/chromium.ts';
import { eventually } from '../../support/eventually.ts';
import { type HostPage, pastedTag, serveHostPage } from '../../support/host-page.ts';
import { type RelayProcess, startRelayProcess } from '../../support/relay-process.ts';
import { Visitor } from './visitor.ts';

/** A name that is not localhost's, though it leads there: its pages are not secure. */
const NAME = 'chat.test';

/**
 * Keeps what the relay answers and echoes from a page until it has said the same draft so often. What is said before the
 * page speaks by its socket goes by POST, around this.
 */
async function swallowAnswers(page: Page, times: number) {
  const said: string[] = [];
  let isOnSocket = false;
  await page.routeWebSocket(/\/bayeux$/, (socket) => {
    const server = socket.connectToServer();
    const draftsIn = (payload: string) => [...payload.matchAll(/"draft":"([^"]+)"/g)].map(([, draft = '']) => draft);
    socket.onMessage((payload) => {
      isOnSocket = true;
      said.push(...draftsIn(String(payload)));
      server.send(payload);
    });
    server.onMessage((payload) => {
      const isHeldBack = said.length > 0 && said.filter((draft) => draft === said[0]).length < times;
      const messages = JSON.parse(String(payload)) as { readonly channel: string }[];
      const passed = messages.filter(({ channel }) => !isHeldBack || !/^\/rooms\/[^/]+$/.test(channel));
      if (passed.length > 0) socket.send(JSON.stringify(passed));
    });
  });
  return { said, isOnSocket: () => isOnSocket };
}

for (const history of [1_000, 0]) {
  describe(`a page by plain http beside one that is secure, history ${history}`, () => {
    let browser: Browser;
    let host: HostPage;
    let relay: RelayProcess;
    let ada: Visitor;
    let bob: Visitor;
    let plainUrl: string;
    const newcomers: Visitor[] = [];
    /** Another in each try of a test: the room remembers. */
    const nextText = (text: string) => {
      said += 1;
      return `${text} ${said}`;
    };
    let said = 0;

    before(async () => {
      let tag = '';
      [browser, host] = await Promise.all([
        launchChromium({ args: [`--host-resolver-rules=MAP ${NAME} 127.0.0.1`] }),
        serveHostPage(() => tag),
      ]);
      plainUrl = host.url.replace('127.0.0.1', NAME);
      relay = await startRelayProcess([`--history=${history}`, `--origins=loopback,${new URL(plainUrl).origin}`]);
      tag = pastedTag(relay.url, 'lobby');
      bob = await Visitor.enter(browser, host.url, { name: 'Bob' });
      ada = await Visitor.enter(browser, plainUrl, { name: 'Ada' });
    });
    afterEach(async () => {
      for (const newcomer of newcomers.splice(0)) await newcomer.close();
      await bob.page.getByRole('button', { name: '2 online' }).waitFor();
    });
    after(async () => {
      await browser.close();
      await host.close();
      await relay.stop();
    });

    it('[ICE-9] has no WebCrypto, and says what that means', async () => {
      const facts = () => [isSecureContext, 'subtle' in crypto];
      expect([await ada.page.evaluate(facts), await bob.page.evaluate(facts)]).to.deep.equal([
        [false, false],
        [true, true],
      ]);
      await ada.page.getByText('This page is not secure (no https)').waitFor();
      expect(await bob.page.getByText('This page is not secure').count()).to.equal(0);
    });

    it('[ICE-9] chats with it both ways, by the relay, and is told what became of its messages', async () => {
      await ada.say('From plain http');
      await bob.page.getByText('From plain http').waitFor();
      await ada.page.locator('[data-status="read"]').last().waitFor();
      await bob.say('From a secure page');
      await ada.page.getByText('From a secure page').waitFor();
      await bob.page.locator('[data-status="read"]').last().waitFor();
      for (const visitor of [ada, bob]) {
        await visitor.sees('relayed');
        expect(await visitor.texts()).to.deep.equal(['From plain http', 'From a secure page']);
        expect(visitor.errors).to.deep.equal([]);
      }
    });

    it('[ICE-9] edits and reacts, and deletes', async () => {
      const mine = ada.page.locator('.message', { hasText: 'From plain http' });
      await mine.hover();
      await mine.getByRole('button', { name: 'More actions' }).click();
      await ada.page.getByRole('menuitem', { name: 'Edit' }).click();
      await ada.page.getByLabel('Edit message').fill('Edited on plain http');
      await ada.page.getByLabel('Edit message').press('Enter');
      await bob.page.getByText('Edited on plain http').waitFor();
      const theirs = ada.page.locator('.message', { hasText: 'From a secure page' });
      await theirs.hover();
      await theirs.getByRole('button', { name: 'React' }).click();
      await ada.page.getByRole('menuitemcheckbox').first().click();
      await bob.page.locator('.reaction').waitFor();
      await mine
        .or(ada.page.locator('.message', { hasText: 'Edited on plain http' }))
        .first()
        .hover();
      await ada.page.getByRole('button', { name: 'More actions' }).first().click();
      await ada.page.getByRole('menuitem', { name: 'Delete' }).click();
      await ada.page.getByRole('button', { name: 'Delete' }).click();
      await bob.page.getByText('Message deleted').waitFor();
    });

    it('[ICE-10] says what was written offline once it is back, once each and in its order', async () => {
      await ada.page.context().setOffline(true);
      await ada.say('Offline one');
      await ada.say('Offline two');
      await ada.page.locator('[data-status="queued"]').last().waitFor();
      await ada.page.context().setOffline(false);
      await bob.page.getByText('Offline two').waitFor({ timeout: 20_000 });
      await ada.page.locator('[data-status="read"]').last().waitFor();
      for (const visitor of [ada, bob])
        expect((await visitor.texts()).filter((text) => text.startsWith('Offline'))).to.deep.equal([
          'Offline one',
          'Offline two',
        ]);
    });

    it('[ICE-10] [ICE-11] says again what has no answer, and nobody sees it twice', async () => {
      const page = await openPage(browser);
      // Twice and no more: by a third time the page may have found the message in the relay's log.
      const { said, isOnSocket } = await swallowAnswers(page, 2);
      const text = nextText('Only once');
      const eve = await Visitor.enterWith(page, plainUrl, { name: 'Eve' });
      newcomers.push(eve);
      await eventually(() => expect(isOnSocket()).to.equal(true), 20_000);
      await eve.say(text);
      await eventually(() => expect(said.filter((draft) => draft === said[0]).length).to.be.at.least(2), 30_000);
      await eve.page.locator('[data-status="sent"], [data-status="delivered"], [data-status="read"]').last().waitFor();
      await eve.say(`${text}, and then this`);
      for (const visitor of [bob, ada, eve]) {
        await visitor.page.locator('.text', { hasText: `${text}, and then this` }).waitFor();
        const texts = await visitor.texts();
        expect(
          texts.filter((each) => each === text),
          visitor.name,
        ).to.have.length(1);
      }
    });

    if (history > 0) {
      it('[ICE-12] [ICE-13] is who it was after a reload, with what it had not sent', async () => {
        const [before, unsent] = [nextText('Before the reload'), nextText('Unsent')];
        await ada.say(before);
        await ada.page.locator('[data-status="read"]').last().waitFor();
        await ada.page.context().setOffline(true);
        await ada.say(unsent);
        await ada.page.locator('[data-status="queued"]').last().waitFor();
        await ada.page.getByLabel('Message', { exact: true }).fill('half a sen');
        await ada.page.context().setOffline(false);
        // At once: what waits for the relay has no time to go.
        await ada.page.reload();
        await ada.page.getByRole('button', { name: 'Open chat' }).click();
        await bob.page.locator('.text', { hasText: unsent }).waitFor({ timeout: 20_000 });
        expect(await ada.page.getByLabel('Message', { exact: true }).inputValue()).to.equal('half a sen');
        for (const text of [before, unsent]) await ada.page.locator('.message.me', { hasText: text }).waitFor();
        expect((await bob.texts()).filter((text) => text === unsent)).to.have.length(1);
        expect(await bob.page.getByText('2 online').count()).to.be.greaterThan(0);
        await bob.page.getByRole('button', { name: '2 online' }).click();
        expect(
          await bob.page.locator('.person-name', { hasText: 'Ada' }).count(),
          'nobody is said to have left',
        ).to.equal(1);
      });
    }
  });
}
