import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { openPage } from '../../support/chromium.ts';
import { eventually } from '../../support/eventually.ts';
import { type RelayProcess, startRelayProcess } from '../../support/relay-process.ts';
import { setHidden } from './browser-tabs.ts';
import { storedText } from './databases.ts';
import { launchBrowsers, Stage } from './stage.ts';
import { Visitor } from './visitor.ts';

/** For whom being offline is being without any path: a link on loopback survives what a test can cut. */
const withoutWebRtc = () => {
  Reflect.deleteProperty(globalThis, 'RTCPeerConnection');
};

describe('the demo page with no network', () => {
  let relay: RelayProcess;
  let browsers: readonly Browser[];

  before(async () => {
    browsers = await launchBrowsers(2);
  });
  after(() => Promise.all(browsers.map((browser) => browser.close())));

  beforeEach(async () => {
    relay = await startRelayProcess();
  });
  afterEach(async () => {
    await Promise.all(browsers.flatMap((browser) => browser.contexts()).map((context) => context.close()));
    await relay.stop();
  });

  const enter = async (index: number, name: string, url: string) => {
    const browser = browsers[index];
    if (!browser) throw new Error('no browser');
    const visitor = await Visitor.enterWith(await openPage(browser), url, { name });
    await visitor.page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    return visitor;
  };

  it('[OFF-1] [OFF-2] shows what was said, takes what is written, and delivers it in order, once, when the relay is back', async () => {
    const { url } = relay;
    const ada = await enter(0, 'Ada', `${url}/`);
    await ada.say('while the relay was there');
    await ada.page.locator('[data-status=sent]').waitFor();
    await relay.stop();
    await ada.say('written without it');
    await ada.page.getByLabel('Message', { exact: true }).fill('half a thought');
    await eventually(async () => expect(await storedText(ada.page)).to.equal('half a thought'));
    const { page, context } = await closeAndReopen(ada.page, `${url}/`);
    const again = Visitor.at(page, 'Ada');
    await page.getByRole('button', { name: 'Open chat' }).click();
    const field = page.getByLabel('Message', { exact: true });
    await eventually(async () => expect(await field.inputValue()).to.equal('half a thought'));
    await field.press('Enter');
    const all = ['while the relay was there', 'written without it', 'half a thought'];
    await eventually(async () => expect(await again.texts()).to.deep.equal(all));
    expect(await page.locator('[data-status=queued]').count()).to.equal(1);
    expect(await page.evaluate(keptPaths)).to.not.include.members(['/bayeux', '/healthz', '/metrics']);
    expect(
      await page.evaluate(() =>
        fetch('/healthz').then(
          () => 'answered',
          () => 'failed',
        ),
      ),
    ).to.equal('failed');
    relay = await startRelayProcess(['--port', new URL(url).port]);
    const bob = await enter(1, 'Bob', `${url}/`);
    for (const visitor of [bob, again]) {
      await eventually(async () => expect(await visitor.texts()).to.deep.equal(all), 20_000);
    }
    await context.close();
    expect(again.errors.join()).to.equal('');
  });

  it('[OFF-1] opens any room that way, also one that was not visited before', async () => {
    const { url } = relay;
    const ada = await enter(0, 'Ada', `${url}/`);
    await relay.stop();
    await ada.page.goto(`${url}/room?room=attic`);
    await ada.page.getByRole('heading', { name: 'Join attic' }).waitFor();
    await ada.giveName();
    await ada.say('alone up here');
    await ada.page.locator('[data-status=queued]').waitFor();
  });
});

describe('five hundred messages written offline', () => {
  let browsers: readonly Browser[];
  let stage: Stage;
  let ada: Visitor;
  let bob: Visitor;
  const texts = Array.from({ length: 500 }, (_, i) => `message ${i}`);

  before(async () => {
    browsers = await launchBrowsers(2);
  });
  after(() => Promise.all(browsers.map((browser) => browser.close())));

  beforeEach(async () => {
    stage = await Stage.set({ browsers });
    ada = await stage.enter({ name: 'Ada', before: withoutWebRtc });
    bob = await stage.enter({ name: 'Bob', before: withoutWebRtc });
    await ada.sees('relayed');
    for (const { page } of [ada, bob]) await page.evaluate(noteConnections);
  });
  afterEach(() => stage.clear());

  /** From when both are connected again until Bob is shown the last, ms. */
  const arrived = async () => {
    await eventually(async () => expect((await bob.texts()).at(-1)).to.equal(texts.at(-1)), 30_000);
    const shownAt = Date.now();
    await eventually(async () => expect(await bob.allTexts()).to.deep.equal(texts));
    expect(await ada.texts()).to.deep.equal(texts.slice(-80));
    return shownAt - Math.max(await onlineSince(ada), await onlineSince(bob));
  };

  it('[OFF-3] arrive once, in order, within 10 s of the network being back', async () => {
    await ada.page.context().setOffline(true);
    await ada.sayAll(texts);
    await ada.page.context().setOffline(false);
    expect(await arrived()).to.be.below(10_000);
  });

  it('[OFF-3] arrive once, in order, within 10 s of the relay being back', async () => {
    const { port } = new URL(stage.relay.url);
    await stage.relay.stop();
    await ada.sayAll(texts);
    const back = await startRelayProcess(['--port', port]);
    try {
      expect(await arrived()).to.be.below(10_000);
    } finally {
      await back.stop();
    }
  });
});

describe('a widget that waits for its next try', () => {
  let browsers: readonly Browser[];
  let stage: Stage;
  let ada: Visitor;

  before(async () => {
    browsers = await launchBrowsers(1);
  });
  after(() => Promise.all(browsers.map((browser) => browser.close())));

  beforeEach(async () => {
    stage = await Stage.set({ browsers });
    ada = await stage.enter({ name: 'Ada' });
    await ada.sees('waiting');
    await stage.relay.stop();
  });
  afterEach(() => stage.clear());

  const reasons: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
    'the network is back': (page) => page.evaluate(() => dispatchEvent(new Event('online'))),
    'the page is looked at again': async () => {
      await setHidden(ada, true);
      await setHidden(ada, false);
    },
    'the page is back from the page cache': (page) =>
      page.evaluate(() => {
        for (const type of ['pagehide', 'pageshow']) dispatchEvent(new PageTransitionEvent(type, { persisted: true }));
      }),
  };
  for (const [reason, happen] of Object.entries(reasons)) {
    it(`[OFF-4] tries at once when ${reason}`, async () => {
      const { page } = ada;
      let tries = 0;
      page.on('request', (request) => {
        if (request.url().includes('/bayeux')) tries += 1;
      });
      await eventually(async () => expect(await secondsLeft(page)).to.be.greaterThan(3), 60_000);
      tries = 0;
      await happen(page);
      await eventually(() => expect(tries).to.be.greaterThan(0), 1_000);
    });
  }
});

/** The tab is closed and the page opened in a new one. */
async function closeAndReopen(page: Page, url: string) {
  const context = page.context();
  await page.close();
  const next = await context.newPage();
  await next.goto(url);
  return { page: next, context };
}

/** Everything that the demo's service worker keeps. */
async function keptPaths(): Promise<readonly string[]> {
  const names = await caches.keys();
  const kept = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
  return kept.flat().map(({ url }) => new URL(url).pathname);
}

/** Notes when the page was last connected anew. */
function noteConnections(): void {
  let before = '';
  Object.assign(globalThis, { onlineAt: 0 });
  document.addEventListener('natter:connection', ({ detail: { state } }) => {
    if (state === 'online' && before !== 'online') Object.assign(globalThis, { onlineAt: Date.now() });
    before = state;
  });
}

function onlineSince({ page }: Visitor): Promise<number> {
  return page.evaluate<number>('onlineAt');
}

/** What the banner counts down to the next try. */
async function secondsLeft(page: Page): Promise<number> {
  const text = await page.locator('natter-chat .countdown').textContent({ timeout: 10_000 });
  return Number(/\d+/.exec(text ?? '')?.[0] ?? 0);
}
