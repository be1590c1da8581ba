import { expect } from 'chai';
import type { Page, WebSocketRoute } from 'playwright-core';
import { openPage } from '../../support/chromium.ts';
import { eventually } from '../../support/eventually.ts';
import { Stage } from './stage.ts';
import { Visitor } from './visitor.ts';

/** For what comes at once, on a machine that may be busy, ms. */
const SOON = 15_000;
/** An attempt that hangs is given up after 8 s, ms. */
const GIVEN_UP_AFTER = 6_000;
/** After 4 s the next try is due within 5 s more, as chance has it; a page that was in no room yet waits 12 s before, ms. */
const NEXT_TRY_WITHIN = 11_000;

/** A page whose handshakes are counted, and not answered while `hang` is set. */
async function openHanging(stage: Stage) {
  const page = await openPage(stage.browser());
  const held = { page, handshakes: [] as number[], hang: false };
  const cut = await cutter(page, (frame) => {
    if (!frame.includes('/meta/handshake')) return true;
    held.handshakes.push(Date.now());
    return !held.hang;
  });
  return Object.assign(held, { cut });
}

describe('an attempt that hangs in what was wrong with the network', () => {
  let stage: Stage;

  beforeEach(async () => {
    stage = await Stage.set({ browsers: 2 });
  });
  afterEach(() => stage.clear());

  it('[NET-6] to get a lost session back is given up after 4 s for another', async () => {
    const held = await openHanging(stage);
    const ada = await Visitor.enterWith(held.page, stage.host.url, { name: 'Ada' });
    await ada.sees('waiting');
    held.hang = true;
    await held.cut();
    await eventually(() => expect(held.handshakes).to.have.length(2), SOON);
    held.hang = false;
    await eventually(() => expect(held.handshakes).to.have.length(3), SOON);
    await ada.sees('waiting');
    const [, hung = 0, next = 0] = held.handshakes;
    expect(next - hung).to.be.within(3_900, NEXT_TRY_WITHIN);
  });

  it('[NET-6] makes way for a new one as soon as the browser is online again', async () => {
    const held = await openHanging(stage);
    held.hang = true;
    await Visitor.enterWith(held.page, stage.host.url, { name: 'Ada' });
    await eventually(() => expect(held.handshakes).to.have.length(1), SOON);
    held.hang = false;
    await eventually(async () => {
      await held.page.evaluate(() => window.dispatchEvent(new Event('online')));
      expect(held.handshakes).to.have.length(2);
    }, SOON);
    expect((held.handshakes[1] ?? 0) - (held.handshakes[0] ?? 0)).to.be.lessThan(8_000);
  });

  it('[NET-2] for a socket, where the session before had one, is given up after 4 s, and the next one posts', async () => {
    const page = await openPage(stage.browser());
    const cut = await cutter(page);
    const posts: number[] = [];
    page.on('request', (request) => {
      if (request.postData()?.includes('/meta/handshake')) posts.push(Date.now());
    });
    const ada = await Visitor.enterWith(page, stage.host.url, { name: 'Ada', before: silencable });
    await ada.sees('waiting');
    expect(posts).to.deep.equal([]);
    await page.evaluate(() => Object.assign(globalThis, { silent: true }));
    const since = Date.now();
    await cut();
    await eventually(() => expect(posts).to.not.be.empty, 2 * SOON);
    expect((posts[0] ?? 0) - since).to.be.greaterThan(5_900); // 4 s for the first, 2 s of the second
    await ada.sees('waiting');
  });

  it('[NET-8] on sockets that open and pass nothing on is given up for POSTs, by which one then chats', async () => {
    const page = await openPage(stage.browser());
    const sockets: number[] = [];
    await page.routeWebSocket(/\/bayeux/, () => void sockets.push(Date.now()));
    const posts: number[] = [];
    page.on('request', (request) => {
      if (request.postData()?.includes('/meta/handshake')) posts.push(Date.now());
    });
    const ada = await Visitor.enterWith(page, stage.host.url, { name: 'Ada' });
    await eventually(() => expect(posts).to.not.be.empty, 2 * SOON);
    await ada.sees('waiting');
    expect((posts[0] ?? 0) - (sockets[0] ?? 0)).to.be.within(8_000, 14_000);
    const ben = await stage.enter({ name: 'Ben' });
    await ada.say('by POSTs');
    await eventually(async () => expect(await ben.texts()).to.deep.equal(['by POSTs']), SOON);
    expect([sockets.length, posts.length]).to.deep.equal([1, 1]);
  });

  it('[LINK-3] for a link begins anew when the other side joins again, its signals being lost', async () => {
    const ada = await stage.enter({ name: 'Ada' });
    const ben = await enterLosing(stage, 'Ben');
    await eventually(async () => expect(await ben.lost()).to.be.greaterThan(0), SOON);
    await ben.lose(false);
    await ben.visitor.page.evaluate(() => {
      const { Natter } = window as unknown as { Natter: { setUser(user: { name: string }): void } };
      Natter.setUser({ name: 'Benno' });
    });
    await Promise.all([ada, ben.visitor].map((visitor) => visitor.sees('direct', GIVEN_UP_AFTER)));
  });

  it('[LINK-3] for a link begins anew when the side that may not initiate comes back unnoticed and asks for it', async () => {
    const [ada, ben] = [await enterLosing(stage, 'Ada'), await enterLosing(stage, 'Ben')];
    const ids = await eventually(() => ada.ids(), SOON);
    await eventually(async () => expect((await ada.lost()) + (await ben.lost())).to.be.greaterThan(0), SOON);
    for (const side of [ada, ben]) await side.lose(false);
    await ((ids.get('Ada') ?? '') > (ids.get('Ben') ?? '') ? ada : ben).cut();
    await Promise.all([ada, ben].map(({ visitor }) => visitor.sees('direct', GIVEN_UP_AFTER)));
  });
});

/** Sockets that are opened while the page is `silent` never open, nor do they fail. */
function silencable(): void {
  const construct = (Native: typeof WebSocket, given: [string]) =>
    Reflect.get(globalThis, 'silent') ? { close: () => undefined } : new Native(...given);
  globalThis.WebSocket = new Proxy(WebSocket, { construct });
}

/** What a page with `enterLosing` holds. */
interface Losing {
  losing: boolean;
  lost: number;
  members: readonly { readonly name: string; readonly replica: string }[];
}

/** Someone whose links get no description of the other side while they lose, as if its signals were lost. */
async function enterLosing(stage: Stage, name: string) {
  const page = await openPage(stage.browser());
  const cut = await cutter(page);
  const visitor = await Visitor.enterWith(page, stage.host.url, { name, before: loseSignals });
  const ask = <T>(question: (held: Losing) => T) =>
    page.evaluateHandle(() => (globalThis as unknown as { held: Losing }).held).then((held) => held.evaluate(question));
  return {
    visitor,
    cut,
    lost: () => ask(({ lost }) => lost),
    lose: (losing: boolean) =>
      page.evaluate((now) => {
        (globalThis as unknown as { held: Losing }).held.losing = now;
      }, losing),
    async ids() {
      const members = await ask((held) => held.members);
      expect(members).to.have.length(2);
      return new Map(members.map((member) => [member.name, member.replica]));
    },
  };
}

function loseSignals(): void {
  const held: Losing = { losing: true, lost: 0, members: [] };
  Object.assign(globalThis, { held });
  document.addEventListener('natter:presence', ({ detail: { members } }) => {
    held.members = members;
  });
  const Native = globalThis.RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends Native {
    override setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
      if (!held.losing) return super.setRemoteDescription(description);
      held.lost += 1;
      return new Promise(() => undefined);
    }
  };
}

/**
 * Ends a page's socket to the relay, once that carries its session.
 * @param passes whether what the page says on a socket reaches the relay
 */
async function cutter(page: Page, passes: (frame: string) => boolean = () => true): Promise<() => Promise<void>> {
  const used: WebSocketRoute[] = [];
  await page.routeWebSocket(/\/bayeux/, (route) => {
    const server = route.connectToServer();
    route.onMessage((frame) => {
      used.push(route);
      if (passes(String(frame))) server.send(frame);
    });
  });
  return async () => {
    await eventually(() => expect(used).to.not.be.empty, SOON);
    await used.at(-1)?.close();
  };
}
