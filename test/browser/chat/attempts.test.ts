import { expect } from 'chai';
import type { Page, WebSocketRoute } from 'playwright-core';
import { openPage } from '../../support/chromium.ts';
import { eventually } from '../../support/eventually.ts';
import { Stage } from './stage.ts';
import { Visitor } from './visitor.ts';

/** A page whose handshakes are counted, and not answered while `hang` is set. */
async function openHanging(stage: Stage): Promise<{ page: Page; handshakes: number[]; hang: boolean }> {
  const page = await openPage(stage.browser());
  const held = { page, handshakes: [] as number[], hang: false };
  await page.route('**/bayeux', async (route) => {
    if (!route.request().postData()?.includes('/meta/handshake')) return route.continue();
    held.handshakes.push(Date.now());
    if (!held.hang) await route.continue();
  });
  return held;
}

describe('an attempt that hangs in what was wrong with the network', () => {
  let stage: Stage;

  beforeEach(async () => {
    stage = await Stage.set({ browsers: 2 });
  });
  afterEach(() => stage.clear());

  it('[NET-6] to get a lost session back is given up after 4 s for another', async () => {
    const held = await openHanging(stage);
    const sockets: { close(): Promise<void> }[] = [];
    await held.page.routeWebSocket(/\/bayeux/, (route) => {
      route.connectToServer();
      sockets.push(route);
    });
    const ada = await Visitor.enterWith(held.page, stage.host.url, { name: 'Ada' });
    await ada.sees('waiting');
    await eventually(() => expect(sockets).to.have.length(1));
    held.hang = true;
    await sockets[0]?.close();
    await eventually(() => expect(held.handshakes).to.have.length(2));
    held.hang = false;
    await ada.sees('waiting', 9_000);
    const [, hung = 0, next = 0] = held.handshakes;
    expect(next - hung).to.be.within(4_000, 7_000);
  });

  it('[NET-6] makes way for a new one as soon as the browser is online again', async () => {
    const held = await openHanging(stage);
    held.hang = true;
    await Visitor.enterWith(held.page, stage.host.url, { name: 'Ada' });
    await eventually(() => expect(held.handshakes).to.have.length(1));
    held.hang = false;
    await eventually(async () => {
      await held.page.evaluate(() => window.dispatchEvent(new Event('online')));
      expect(held.handshakes).to.have.length(2);
    });
    expect((held.handshakes[1] ?? 0) - (held.handshakes[0] ?? 0)).to.be.lessThan(4_000);
  });

  it('[LINK-3] for a link begins anew when the other side joins again, its signals being lost', async () => {
    const ada = await stage.enter({ name: 'Ada' });
    const ben = await enterLosing(stage, 'Ben');
    await ada.sees('relayed');
    await eventually(() => expect(ben.lost).to.be.greaterThan(0));
    ben.losing = false;
    await ben.visitor.page.evaluate(() => {
      const { Natter } = window as unknown as { Natter: { setUser(user: { name: string }): void } };
      Natter.setUser({ name: 'Benno' });
    });
    await Promise.all([ada, ben.visitor].map((visitor) => visitor.sees('direct', 4_000)));
  });

  it('[LINK-3] for a link begins anew when the side that may not initiate comes back unnoticed and asks for it', async () => {
    const both = [await enterLosing(stage, 'Ada'), await enterLosing(stage, 'Ben')] as const;
    const ids = await eventually(async () => {
      const members = await both[0].visitor.page.evaluate(
        () => (globalThis as unknown as { members?: { name: string; replica: string }[] }).members ?? [],
      );
      expect(members).to.have.length(2);
      return new Map(members.map(({ name, replica }) => [name, replica]));
    });
    await eventually(() => expect(both[0].lost + both[1].lost).to.be.greaterThan(0));
    for (const side of both) side.losing = false;
    const asks = (ids.get('Ada') ?? '') > (ids.get('Ben') ?? '') ? both[0] : both[1];
    await asks.cut();
    await Promise.all(both.map(({ visitor }) => visitor.sees('direct', 5_000)));
  });
});

/** Someone whose signals are lost, both ways, while `losing` is set. */
async function enterLosing(stage: Stage, name: string) {
  const page = await openPage(stage.browser());
  const sockets: WebSocketRoute[] = [];
  const state = { lost: 0, losing: true };
  const passes = (frame: string | Buffer) => {
    if (!state.losing || !String(frame).includes('"signal"')) return true;
    state.lost += 1;
    return false;
  };
  await page.routeWebSocket(/\/bayeux/, (route) => {
    const server = route.connectToServer();
    sockets.push(route);
    route.onMessage((frame) => {
      if (passes(frame)) server.send(frame);
    });
    server.onMessage((frame) => {
      if (passes(frame)) route.send(frame);
    });
  });
  const before = () => {
    document.addEventListener('natter:presence', ({ detail: { members } }) => {
      Object.assign(globalThis, { members });
    });
  };
  const visitor = await Visitor.enterWith(page, stage.host.url, { name, before });
  return Object.assign(state, { visitor, cut: async () => sockets.at(-1)?.close() });
}
