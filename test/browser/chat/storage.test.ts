import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core';
import { openPage, openProfile } from '../../support/chromium.ts';
import { eventually } from '../../support/eventually.ts';
import { startRelayProcess } from '../../support/relay-process.ts';
import { crash, leads, nextTab } from './browser-tabs.ts';
import { copyDatabase, roomDatabase } from './databases.ts';
import { launchBrowsers, Stage } from './stage.ts';
import { Visitor } from './visitor.ts';

/** For whom being offline is being without any path. */
const withoutWebRtc = () => {
  Reflect.deleteProperty(globalThis, 'RTCPeerConnection');
};

/** Ways of a browser to refuse storage from the start. */
const REFUSALS: Readonly<Record<string, () => void>> = {
  'is forbidden': () => {
    Object.defineProperty(globalThis, 'indexedDB', {
      get() {
        throw new DOMException('no storage here', 'SecurityError');
      },
    });
  },
  'can’t be opened, as in a private window': () => {
    indexedDB.open = (...args) => IDBFactory.prototype.open.call(indexedDB, args[0], -1);
  },
  'never answers': () => {
    const open = indexedDB.open.bind(indexedDB);
    // Deleting waits for this connection to be closed, and opening waits for the deletion.
    open('held').onsuccess = () => indexedDB.deleteDatabase('held');
    indexedDB.open = () => open('held');
  },
};

/** What happens to a page's storage: before its first use, and in the middle of it. */
interface Loss {
  before?(session: CDPSession, origin: string): Promise<unknown>;
  amidst?(session: CDPSession, origin: string, page: Page): Promise<unknown>;
}

const LOSSES: Readonly<Record<string, Loss>> = {
  // From the start, as Chromium goes on for a while with the room that it has found.
  'is full': {
    before: (session, origin) => session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 150_000 }),
  },
  'is cleared': {
    amidst: (session, origin) => session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'indexeddb' }),
  },
  'gives no more answers': {
    amidst: (_session, _origin, page) =>
      page.evaluate(() => {
        for (const type of ['oncomplete', 'onabort'])
          Object.defineProperty(IDBTransaction.prototype, type, { set: () => undefined });
      }),
  },
  'is deleted': {
    async amidst(_session, _origin, page) {
      const name = await roomDatabase(page);
      await page.evaluate((room) => void indexedDB.deleteDatabase(room), name);
    },
  },
};

describe('storage of the browser', () => {
  let browsers: readonly Browser[];
  let stage: Stage;
  let bob: Visitor;

  before(async () => {
    browsers = await launchBrowsers(2);
  });
  after(() => Promise.all(browsers.map((browser) => browser.close())));

  beforeEach(async () => {
    stage = await Stage.set({ browsers });
    bob = await stage.enter({ name: 'Bob' });
  });
  afterEach(() => stage.clear());

  for (const [what, before] of Object.entries(REFUSALS)) {
    it(`[STORE-2] that ${what} leaves a room that works in memory and says so once`, async () => {
      const ada = await stage.enter({ name: 'Ada', before });
      await ada.say('into memory');
      await bob.page.getByText('into memory', { exact: true }).waitFor();
      await bob.say('heard');
      await eventually(async () => expect(await ada.texts()).to.deep.equal(['into memory', 'heard']));
      expect(await notices(ada)).to.equal(1);
      expect(ada.errors.join()).to.equal('');
    });
  }

  it('[STORE-2] [TAB-3] that is forbidden costs nothing that was written when the tab that leads is killed', async () => {
    const before = REFUSALS['is forbidden'];
    const first = await stage.enter({ name: 'Ada', ...(before ? { before } : {}) });
    await first.say('arrived');
    await bob.page.getByText('arrived', { exact: true }).waitFor();
    const second = await nextTab(stage, first, before);
    await stage.relay.stop();
    await bob.page.context().close();
    await second.say('on its way');
    await first.page.locator('[data-status=queued]').waitFor();
    await crash(first);
    await eventually(async () => expect(await leads(second.page)).to.equal(true));
    await second.page.locator('[data-status=queued]').waitFor();
    await second.say('and this');
    const relay = await startRelayProcess(['--port', new URL(stage.relay.url).port]);
    try {
      const cy = await stage.enter({ name: 'Cy' });
      await everyoneSees([cy, second], ['on its way', 'and this']);
      expect(second.errors.join()).to.equal('');
    } finally {
      await relay.stop();
    }
  });

  for (const [what, loss] of Object.entries(LOSSES)) {
    it(`[STORE-5] that ${what} in the middle loses nothing of the page and doubles nothing for others`, async () => {
      const page = await openPage(stage.browser());
      const session = await page.context().newCDPSession(page);
      const { origin } = new URL(stage.host.url);
      await loss.before?.(session, origin);
      const ada = await Visitor.enterWith(page, stage.host.url, { name: 'Ada' });
      await ada.say('kept');
      await bob.page.getByText('kept', { exact: true }).waitFor();
      await loss.amidst?.(session, origin, page);
      const texts = Array.from({ length: 30 }, (_, i) => `after ${i} ${randomBytes(3_500).toString('hex')}`);
      await ada.sayAll(texts);
      await everyoneSees([ada, bob], ['kept', ...texts]);
      await eventually(async () => expect(await notices(ada)).to.equal(1));
      await page.reload();
      await reopen(ada);
      await everyoneSees([ada, bob], ['kept', ...texts]);
      await ada.say('after the reload');
      await everyoneSees([ada, bob], ['kept', ...texts, 'after the reload']);
      expect(ada.errors.join()).to.equal('');
    });
  }

  it('[STORE-6] [REPL-1] that is rolled back makes a new replica; nothing is lost and nothing said twice', async () => {
    const ada = await stage.enter({ name: 'Ada', before: withoutWebRtc });
    await ada.say('in both states');
    await bob.page.getByText('in both states', { exact: true }).waitFor();
    await ada.page.context().setOffline(true);
    await ada.say('queued in the older state');
    await ada.page.locator('[data-status=queued]').waitFor();
    const name = await roomDatabase(ada.page);
    await ada.page.goto('about:blank');
    await ada.page.context().setOffline(false);
    await ada.page.goto(stage.host.url);
    await copyDatabase(ada.page, name, 'older');
    await ada.page.getByRole('button', { name: 'Open chat' }).click();
    await ada.say('in the newer state alone');
    await bob.page.getByText('in the newer state alone', { exact: true }).waitFor();
    await ada.page.goto(stage.host.url);
    await copyDatabase(ada.page, 'older', name);
    await ada.page.getByRole('button', { name: 'Open chat' }).click();
    await ada.say('after the rollback');
    const all = ['in both states', 'queued in the older state', 'in the newer state alone', 'after the rollback'];
    await bob.page.getByText('after the rollback', { exact: true }).waitFor();
    await everyoneSees([ada, bob], all);
  });
});

describe('a copied browser profile', () => {
  let stage: Stage;
  let folder: string;

  before(async () => {
    stage = await Stage.set({ browsers: 1 });
    folder = await mkdtemp(join(tmpdir(), 'natter-'));
  });
  after(async () => {
    await stage.clear();
    await rm(folder, { recursive: true, force: true });
  });

  it('[STORE-7] [REPL-1] runs beside the original as a member of its own; nothing is lost and nothing said twice', async () => {
    const bob = await stage.enter({ name: 'Bob' });
    const original = await openProfile(join(folder, 'original'));
    const ada = await Visitor.enterWith(await original.newPage(), stage.host.url, { name: 'Ada' });
    await ada.say('before the copy');
    await ada.page.locator('[data-status=delivered],[data-status=read]').waitFor();
    await original.close();
    await cp(join(folder, 'original'), join(folder, 'copy'), { recursive: true });
    const contexts = [await openProfile(join(folder, 'original')), await openProfile(join(folder, 'copy'))];
    try {
      const both = await Promise.all(contexts.map((context) => comeBack(context, stage.host.url)));
      const said = ['one', 'two'].flatMap((text) => both.map((visitor, i) => ({ visitor, text: `${text} of ${i}` })));
      for (const { visitor, text } of said) await visitor.say(text);
      const all = ['before the copy', ...said.map(({ text }) => text)].toSorted();
      for (const visitor of [...both, bob]) {
        await eventually(async () => expect((await visitor.texts()).toSorted()).to.deep.equal(all), 15_000);
      }
      await eventually(async () => expect(await bob.page.locator('.presence').textContent()).to.contain('3 online'));
    } finally {
      await Promise.all(contexts.map((context) => context.close()));
    }
  });
});

async function comeBack(context: BrowserContext, url: string): Promise<Visitor> {
  const visitor = Visitor.at(await context.newPage(), 'Ada');
  await visitor.page.goto(url);
  await visitor.page.getByRole('button', { name: 'Open chat' }).click();
  await visitor.page.getByLabel('Message', { exact: true }).waitFor();
  return visitor;
}

async function everyoneSees(visitors: readonly Visitor[], texts: readonly string[]): Promise<void> {
  for (const visitor of visitors) {
    await eventually(async () => expect(await visitor.texts(), visitor.name).to.deep.equal(texts), 20_000);
  }
}

/** Opens the chat of a page that was loaded anew; one that has forgotten its visitor asks for the name. */
async function reopen(visitor: Visitor): Promise<void> {
  const { page } = visitor;
  await page.getByRole('button', { name: 'Open chat' }).click();
  const message = page.getByLabel('Message', { exact: true });
  const name = page.getByLabel('Your name');
  await message.or(name).waitFor();
  if (await name.isVisible()) await visitor.giveName();
}

function notices({ page }: Visitor): Promise<number> {
  return page.locator('natter-chat [role=note]').count();
}
