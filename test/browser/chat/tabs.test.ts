import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { openPage } from '../../support/chromium.ts';
import { eventually } from '../../support/eventually.ts';
import { crash, leads, nextTab, setHidden, suspend } from './browser-tabs.ts';
import { launchBrowsers, Stage } from './stage.ts';
import { Visitor } from './visitor.ts';

describe('two tabs of one browser profile', () => {
  let browsers: readonly Browser[];
  let stage: Stage;
  let first: Visitor;
  let second: Visitor;
  let bob: Visitor;

  before(async () => {
    browsers = await launchBrowsers(2);
  });
  after(() => Promise.all(browsers.map((browser) => browser.close())));

  beforeEach(async () => {
    stage = await Stage.set({ browsers });
    first = await stage.enter({ name: 'Ada' });
    bob = await stage.enter({ name: 'Bob', before: countLeaves });
    await first.say('before the second tab');
    await first.page.locator('[data-status=delivered],[data-status=read]').waitFor();
    second = await nextTab(stage, first);
  });
  afterEach(() => stage.clear());

  it('[TAB-1] are one member with one view: what is said in one is shown in both', async () => {
    await second.say('from the second');
    await bob.say('from Bob');
    await first.say('from the first');
    const all = ['before the second tab', 'from the second', 'from Bob', 'from the first'];
    for (const visitor of [first, second, bob]) {
      await eventually(async () => expect((await visitor.texts()).toSorted()).to.deep.equal(all.toSorted()));
      expect(await online(visitor)).to.equal('2 online');
    }
    expect(await second.texts()).to.deep.equal(await first.texts());
    expect(await second.path()).to.equal('direct');
    expect([await leads(first.page), await leads(second.page)]).to.deep.equal([true, false]);
    expect([...first.errors, ...second.errors].join()).to.equal('');
  });

  for (const [how, end] of [
    ['is killed', crash],
    ['is closed', ({ page }: Visitor) => page.close()],
  ] as const) {
    it(`[TAB-3] go on within 2 s as the same member when the one that leads ${how}`, async () => {
      const began = Date.now();
      await end(first);
      await second.say('said meanwhile');
      await eventually(async () => expect(await leads(second.page)).to.equal(true), 2_000);
      await bob.page.getByText('said meanwhile', { exact: true }).waitFor();
      const took = Date.now() - began;
      await eventually(async () =>
        expect(await second.texts()).to.deep.equal(['before the second tab', 'said meanwhile']),
      );
      expect(await bob.texts()).to.deep.equal(['before the second tab', 'said meanwhile']);
      await second.sees('direct', 20_000);
      expect(await online(bob)).to.equal('2 online');
      expect(await bob.page.evaluate('leaves')).to.deep.equal([]);
      expect(took).to.be.below(2_000);
      expect(second.errors.join()).to.equal('');
    });
  }

  it('[TAB-2] show at once what is written while the one that leads gives no answer, and it arrives once', async () => {
    await suspend(first, 1_500);
    await second.say('into the silence');
    await second.page.locator('[data-status="queued"]').waitFor({ timeout: 500 });
    await bob.page.getByText('into the silence', { exact: true }).waitFor();
    await second.page.locator('[data-status=delivered],[data-status=read]').waitFor();
    for (const visitor of [first, second, bob]) {
      await eventually(async () =>
        expect(await visitor.texts()).to.deep.equal(['before the second tab', 'into the silence']),
      );
    }
  });

  it('[TAB-4] are led by the one that is looked at; nobody sees a leave', async () => {
    await setHidden(first, true);
    await eventually(async () => expect(await leads(second.page)).to.equal(true), 4_000);
    await second.sees('direct', 20_000);
    await second.say('from the new leader');
    await eventually(async () =>
      expect(await first.texts()).to.deep.equal(['before the second tab', 'from the new leader']),
    );
    await setHidden(second, true);
    await setHidden(first, false);
    await eventually(async () => expect(await leads(first.page)).to.equal(true), 4_000);
    await first.say('and back');
    await bob.page.getByText('and back', { exact: true }).waitFor();
    expect(await bob.page.evaluate('leaves')).to.deep.equal([]);
    expect([...first.errors, ...second.errors].join()).to.equal('');
  });

  it('[TAB-5] one that leads and is suspended loses the lead, and follows when it wakes', async () => {
    await suspend(first, 6_000);
    await second.say('is anybody there');
    await eventually(async () => expect(await leads(second.page)).to.equal(true), 5_000);
    await bob.page.getByText('is anybody there', { exact: true }).waitFor();
    await eventually(
      async () => expect(await first.texts()).to.deep.equal(['before the second tab', 'is anybody there']),
      8_000,
    );
    await first.say('awake again');
    for (const visitor of [first, second, bob]) {
      await eventually(async () =>
        expect(await visitor.texts()).to.deep.equal(['before the second tab', 'is anybody there', 'awake again']),
      );
    }
    expect(await leads(second.page)).to.equal(true);
    expect(await online(bob)).to.equal('2 online');
  });

  it('[TAB-6] share what is read: a message counts as unread where no tab shows it, and in all of them', async () => {
    await setHidden(second, true);
    await bob.say('seen in the first');
    await second.page.getByText('seen in the first', { exact: true }).waitFor();
    expect([await unread(first), await unread(second)]).to.deep.equal([0, 0]);
    await setHidden(first, true);
    await bob.say('seen by nobody');
    await eventually(async () => expect([await unread(first), await unread(second)]).to.deep.equal([1, 1]));
    await setHidden(second, false);
    await eventually(async () => expect([await unread(first), await unread(second)]).to.deep.equal([0, 0]));
  });

  it('[TAB-6] keep what is unread when another one comes to lead', async () => {
    await setHidden(first, true);
    await setHidden(second, true);
    await bob.say('seen by nobody');
    await eventually(async () => expect(await unread(second)).to.equal(1));
    await crash(first);
    await eventually(async () => expect(await leads(second.page)).to.equal(true));
    await bob.say('nor this');
    await eventually(async () => expect(await unread(second)).to.equal(2));
  });

  it('[TAB-7] share typing, the unsent text, leaving, and the name that a page gave last', async () => {
    await second.page.getByLabel('Message', { exact: true }).pressSequentially('half a th');
    await bob.page
      .getByText(/Ada.? is typing/)
      .first()
      .waitFor();
    const third = await nextTab(stage, first);
    expect(await third.page.getByLabel('Message', { exact: true }).inputValue()).to.equal('half a th');
    await second.page.evaluate(() => document.querySelector('natter-chat')?.setUser({ name: 'Ada L.' }));
    await eventually(async () => expect(await membersOf(bob)).to.deep.equal(['Ada L.', 'Bob']));
    await third.page.evaluate(() => document.querySelector('natter-chat')?.setUser({ name: 'Countess' }));
    await eventually(async () => expect(await membersOf(bob)).to.deep.equal(['Bob', 'Countess']));
    await third.page.evaluate(() => document.querySelector('natter-chat')?.leave());
    for (const tab of [first, second, third]) await tab.page.locator('natter-chat [data-phase=left]').waitFor();
    await eventually(async () => expect(await membersOf(bob)).to.deep.equal(['Bob']));
    await crash(first);
    await eventually(async () => expect(await leads(second.page)).to.equal(true));
    expect(await second.page.locator('natter-chat [data-phase=left]').count()).to.equal(1);
  });
});

describe('a browser', () => {
  let browsers: readonly Browser[];
  let stage: Stage;

  before(async () => {
    browsers = await launchBrowsers(1);
  });
  after(() => Promise.all(browsers.map((browser) => browser.close())));

  beforeEach(async () => {
    stage = await Stage.set({ browsers });
  });
  afterEach(() => stage.clear());

  it('[TAB-8] with one tab alone fetches nothing for others', async () => {
    const page = await openPage(stage.browser());
    const fetched: string[] = [];
    page.on('request', (request) => fetched.push(request.url()));
    const ada = await Visitor.enterWith(page, stage.host.url, { name: 'Ada' });
    await ada.sees('waiting');
    expect(fetched.filter((url) => url.includes('/tabs-'))).to.deep.equal([]);
    await nextTab(stage, ada);
    await eventually(() => expect(fetched.filter((url) => url.includes('/tabs-'))).to.have.length(1));
  });

  it('[TAB-11] has a member for each profile of a page, and one for elements that share it', async () => {
    const page = await openPage(stage.browser());
    await page.goto(stage.host.url);
    await page.waitForSelector('natter-chat', { state: 'attached' });
    await page.evaluate(() => {
      for (const [profile, name] of [
        ['a', 'Ada'],
        ['b', 'Bo'],
        ['a', 'Ada'],
      ] as const) {
        const chat = document.createElement('natter-chat');
        for (const [key, value] of Object.entries({ room: 'frames', mode: 'inline', profile }))
          chat.setAttribute(key, value);
        document.body.append(chat);
        chat.setUser({ name });
      }
    });
    const chats = page.locator('natter-chat[mode=inline]');
    for (const nth of [0, 1, 2])
      await eventually(async () =>
        expect(await chats.nth(nth).locator('.presence').textContent({ timeout: 100 })).to.contain('2 online'),
      );
    await chats.nth(2).getByLabel('Message', { exact: true }).fill('from the second of Ada’s');
    await chats.nth(2).getByLabel('Message', { exact: true }).press('Enter');
    await chats.nth(0).locator('.message.me').waitFor();
    await chats.nth(1).locator('.message.them').waitFor();
  });

  it('[TAB-9] [STORE-3] without BroadcastChannel has a member in each tab; both show what is stored', async () => {
    const before = () => void Reflect.deleteProperty(globalThis, 'BroadcastChannel');
    const first = await stage.enter({ name: 'Ada', before });
    await first.say('from the first tab');
    await first.page.locator('[data-status="sent"]').waitFor();
    const second = await nextTab(stage, first, before);
    await eventually(async () => expect(await second.texts()).to.deep.equal(['from the first tab']));
    await eachSpeaksForItself(first, second);
  });

  it('[TAB-9] without Web Locks has a member in each tab, and stores nothing', async () => {
    const before = () => void Reflect.deleteProperty(Navigator.prototype, 'locks');
    const first = await stage.enter({ name: 'Ada', before });
    await first.say('from the first tab');
    await first.page.locator('[data-status="sent"]').waitFor();
    const page = await first.page.context().newPage();
    const second = await Visitor.enterWith(page, stage.host.url, { name: 'Ada', before });
    await eachSpeaksForItself(first, second);
  });
});

async function eachSpeaksForItself(first: Visitor, second: Visitor): Promise<void> {
  await second.say('from the second');
  await eventually(async () => expect(await first.texts()).to.deep.equal(['from the first tab', 'from the second']));
  await first.sees('direct', 20_000);
  expect([...first.errors, ...second.errors].join()).to.equal('');
}

/** Messages that the launcher says are unread. */
async function unread({ page }: Visitor): Promise<number> {
  return page.evaluate(() => document.querySelector('natter-chat')?.unread() ?? -1);
}

async function membersOf({ page }: Visitor): Promise<readonly string[]> {
  return page.evaluate<string[]>('members.toSorted()');
}

/** Notes whom the page sees leave. */
function countLeaves(): void {
  const leaves: string[] = [];
  let before: string[] = [];
  Object.assign(globalThis, { leaves });
  document.addEventListener('natter:presence', (event) => {
    const { members } = (event as CustomEvent<{ members: readonly { name: string }[] }>).detail;
    const now = members.map((member) => member.name);
    Object.assign(globalThis, { members: now });
    leaves.push(...before.filter((name) => !now.includes(name)));
    before = now;
  });
}

async function online({ page }: Visitor): Promise<string> {
  return (await page.locator('natter-chat .presence').textContent())?.match(/\d+ online/)?.[0] ?? '';
}
