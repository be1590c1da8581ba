import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { openPage } from '../../support/chromium.ts';
import { type Coturn, startCoturn } from '../../support/coturn.ts';
import { eventually } from '../../support/eventually.ts';
import { nextTab } from './browser-tabs.ts';
import { launchBrowsers, Stage } from './stage.ts';
import { Visitor } from './visitor.ts';

/** What a page has told others of where it is, what it has been told, and what it has tried. */
interface Seen {
  readonly said: readonly string[];
  readonly heard: readonly string[];
  readonly tried: readonly string[];
}

/** Peers of the one coturn reach each other by its own address, which here is loopback. */
const ON_LOOPBACK = ['allow-loopback-peers', 'allowed-peer-ip=127.0.0.1'];

/** Runs in the page first: notes what its connections are given of others' candidates, and keeps the connections. */
function record(): void {
  const tried: string[] = [];
  const connections: RTCPeerConnection[] = [];
  Object.assign(globalThis, { tried, connections });
  const { addIceCandidate, setRemoteDescription, createDataChannel } = RTCPeerConnection.prototype;
  Object.assign(RTCPeerConnection.prototype, {
    addIceCandidate(this: RTCPeerConnection, candidate: RTCIceCandidateInit) {
      tried.push(candidate.candidate ?? '');
      return Reflect.apply(addIceCandidate, this, [candidate]);
    },
    setRemoteDescription(this: RTCPeerConnection, description: RTCSessionDescriptionInit) {
      if (!connections.includes(this)) connections.push(this);
      tried.push(...(description.sdp ?? '').split('\r\n').filter((line) => line.startsWith('a=candidate')));
      return Reflect.apply(setRemoteDescription, this, [description]);
    },
    createDataChannel(this: RTCPeerConnection, label: string, options: RTCDataChannelInit) {
      connections.push(this);
      return createDataChannel.call(this, label, options);
    },
  });
}

/** Notes what goes over the page's sockets from now on. */
function listen(page: Page): { readonly said: string[]; readonly heard: string[] } {
  const noted = { said: [] as string[], heard: [] as string[] };
  page.on('websocket', (socket) => {
    socket.on('framesent', ({ payload }) => noted.said.push(...candidatesIn(String(payload))));
    socket.on('framereceived', ({ payload }) => noted.heard.push(...candidatesIn(String(payload))));
  });
  return noted;
}

function candidatesIn(payload: string): readonly string[] {
  return payload.match(/candidate:\S+ \d+ \w+ \d+ \S+ \d+ typ \w+( raddr \S+)?/g) ?? [];
}

async function seenBy(page: Page, noted: { readonly said: string[]; readonly heard: string[] }): Promise<Seen> {
  return { ...noted, tried: await page.evaluate(() => (globalThis as unknown as { tried: string[] }).tried) };
}

/** The kinds of both ends of each connection that is in use. */
async function pairsOf(page: Page): Promise<readonly string[]> {
  return page.evaluate(async () => {
    const { connections } = globalThis as unknown as { connections: RTCPeerConnection[] };
    const live = connections.filter(({ connectionState }) => connectionState === 'connected');
    const pairs: string[] = [];
    for (const connection of live) {
      const stats = [...((await connection.getStats()) as unknown as Map<string, Record<string, unknown>>).values()];
      const pair = stats.find(
        ({ type, nominated, state }) => type === 'candidate-pair' && nominated && state === 'succeeded',
      );
      const typeOf = (id: unknown) => String(stats.find((each) => each.id === id)?.candidateType);
      pairs.push(`${typeOf(pair?.localCandidateId)} ${typeOf(pair?.remoteCandidateId)}`);
    }
    return pairs;
  });
}

const choose = async ({ page }: Visitor) => {
  await page.getByRole('button', { name: 'Menu' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Hide my address' }).click();
  await page.keyboard.press('Escape');
};

describe('a visitor’s address', () => {
  let browsers: Browser[];
  let coturn: Coturn;
  let stage: Stage | undefined;
  const turnFlags = () => [`--turn-urls=turn:127.0.0.1:${coturn.port}?transport=udp`, `--turn-secret=${coturn.secret}`];
  const enter = async (name: string, isRelayed = false) => {
    if (!stage) throw new Error('no stage');
    const page = await openPage(stage.nextBrowser());
    const noted = listen(page);
    await page.addInitScript(record);
    const visitor = await Visitor.enterWith(page, stage.host.url, { name });
    if (isRelayed) await visitor.sees('relayed');
    return { visitor, noted, seen: () => seenBy(page, noted) };
  };

  before(async () => {
    [browsers, coturn] = await Promise.all([launchBrowsers(2), startCoturn(ON_LOOPBACK)]);
  });
  afterEach(() => stage?.clear());
  after(async () => {
    await Promise.all(browsers.map((browser) => browser.close()));
    await coturn.stop();
  });

  it('[ICE-4] [ICE-5] row 23: is in no signal of a page that goes by TURN alone, and no host of a peer’s is tried', async () => {
    stage = await Stage.set({ browsers, flags: turnFlags(), attributes: 'data-p2p="relay"' });
    const ada = await enter('Ada');
    const bob = await enter('Bob');
    for (const { visitor } of [ada, bob]) await visitor.sees('direct', 15_000);
    await ada.visitor.say('by way of TURN');
    await bob.visitor.page.getByText('by way of TURN').waitFor();
    for (const { visitor, seen } of [ada, bob]) {
      const { said, tried } = await seen();
      expect(said.length, 'something was said').to.be.greaterThan(0);
      for (const line of [...said, ...tried.filter((text) => text !== '')])
        expect(line).to.match(/^(?:a=)?candidate:.* typ relay(?: raddr 0\.0\.0\.0)?/);
      await eventually(async () => expect(await pairsOf(visitor.page)).to.deep.equal(['relay relay']));
      await visitor.page.getByRole('button', { name: 'Direct' }).focus();
      await visitor.page.getByText('through a relay that hides your address').first().waitFor();
    }
  });

  it('[ICE-5] row 23: is hidden by the visitor’s switch, at once, also from one who offers all of theirs', async () => {
    stage = await Stage.set({ browsers, flags: turnFlags() });
    const ada = await enter('Ada');
    await choose(ada.visitor);
    const bob = await enter('Bob');
    for (const { visitor } of [ada, bob]) await visitor.sees('direct', 15_000);
    const { said, heard, tried } = await ada.seen();
    expect(
      heard.some((line) => / typ host/.test(line)),
      'Bob offers hosts',
    ).to.equal(true);
    for (const line of [...said, ...tried.filter((text) => text !== '')]) expect(line).to.match(/ typ relay/);
    await eventually(async () => expect(await pairsOf(ada.visitor.page)).to.deep.equal(['relay relay']));
    await choose(ada.visitor);
    await eventually(async () => expect((await pairsOf(ada.visitor.page)).join()).to.match(/^(?:host|prflx)/), 15_000);
    await ada.visitor.sees('direct', 15_000);
  });

  it('[ICE-7] once hidden stays so over a reload, in every room and tab of the profile, and no links are tried without TURN', async () => {
    stage = await Stage.set({ browsers });
    const { visitor: ada } = await enter('Ada');
    await choose(ada);
    const second = await nextTab(stage, ada);
    for (const { page } of [ada, second]) {
      await page.getByRole('button', { name: 'Menu' }).click();
      expect(
        await page.getByRole('menuitemcheckbox', { name: 'Hide my address' }).getAttribute('aria-checked'),
      ).to.equal('true');
      await page.keyboard.press('Escape');
    }
    await second.page.close();
    await ada.page.reload();
    await ada.page.getByRole('button', { name: 'Open chat' }).click();
    const bob = await enter('Bob', true);
    await ada.sees('relayed');
    await bob.visitor.say('by the relay');
    await ada.page.getByText('by the relay').waitFor();
    expect(
      await ada.page.evaluate(() => (globalThis as unknown as { connections: unknown[] }).connections),
    ).to.deep.equal([]);
    await choose(ada);
    for (const visitor of [ada, bob.visitor]) await visitor.sees('direct', 15_000);
  });

  it('[ICE-7] data-p2p=off fetches no code for links, says Relayed, and offers no switch', async () => {
    stage = await Stage.set({ browsers, attributes: 'data-p2p="off"' });
    const [ada, bob] = [await enter('Ada'), await enter('Bob')];
    for (const { visitor } of [ada, bob]) await visitor.sees('relayed');
    await ada.visitor.say('over the relay');
    await bob.visitor.page.getByText('over the relay').waitFor();
    const fetched = await bob.visitor.page.evaluate(() =>
      performance.getEntriesByType('resource').map(({ name }) => name),
    );
    expect(fetched.some((name) => /\/lead-room-/.test(name))).to.equal(true);
    expect(fetched.filter((name) => /\/links-/.test(name))).to.deep.equal([]);
    await ada.visitor.page.getByRole('button', { name: 'Menu' }).click();
    await ada.visitor.page.getByRole('menuitem', { name: 'Members' }).waitFor();
    expect(await ada.visitor.page.getByRole('menuitemcheckbox').count()).to.equal(0);
  });
});
