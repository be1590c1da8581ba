import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { Visitor } from '../../browser/chat/visitor.ts';
import { type Balancer, startBalancer } from '../../support/balancer/balancer.ts';
import { launchChromium } from '../../support/chromium.ts';
import { eventually } from '../../support/eventually.ts';
import { type HostPage, pastedTag, serveHostPage } from '../../support/host-page.ts';
import { type RedisProcess, startRedis } from '../../support/redis.ts';
import { type RelayProcess, startRelayProcess } from '../../support/relay-process.ts';

/** Takes WebRTC away, so that all goes by the relays. */
function withoutLinks(): void {
  Reflect.deleteProperty(globalThis, 'RTCPeerConnection');
}

/** And WebSocket. */
function withoutSockets(): void {
  Reflect.deleteProperty(globalThis, 'RTCPeerConnection');
  Reflect.deleteProperty(globalThis, 'WebSocket');
}

describe('visitors at relays behind a balancer', () => {
  let redis: RedisProcess;
  let relays: readonly RelayProcess[];
  let balancer: Balancer;
  let host: HostPage;
  let browser: Browser;
  const visitors: Visitor[] = [];
  const said: string[] = [];

  before(async () => {
    redis = await startRedis();
    relays = await Promise.all([1, 2, 3].map(() => startRelayProcess(['--log', 'silent'], { REDIS_URL: redis.url })));
    balancer = await startBalancer(relays.map(({ url }) => url));
    host = await serveHostPage(pastedTag(balancer.url, 'lobby'));
    browser = await launchChromium();
    for (const [name, before] of [
      ['Ada', withoutLinks],
      ['Ben', withoutLinks],
      ['Cyd', withoutSockets],
    ] as const)
      visitors.push(await Visitor.enter(browser, host.url, { name, before }));
  });

  after(async () => {
    await browser.close();
    await host.close();
    await balancer.close();
    await Promise.all(relays.map((relay) => relay.stop()));
    await redis.close();
  });

  const everyoneSays = async (what: string) => {
    for (const visitor of visitors) {
      said.push(`${visitor.name} ${what}`);
      await visitor.say(`${visitor.name} ${what}`);
    }
  };
  const everyoneSees = (deadline: number) =>
    eventually(async () => {
      const shown = await Promise.all(visitors.map((visitor) => visitor.texts()));
      for (const texts of shown) expect(texts.toSorted()).to.deep.equal(said.toSorted());
      for (const texts of shown) expect(texts).to.deep.equal(shown[0]);
    }, deadline);

  it('[NODE-1] chat, by sockets and by polls', async () => {
    await everyoneSays('hello');
    await everyoneSees(8_000);
  });

  it('[NODE-4] go on when a relay dies: nothing is lost, nothing comes twice, all see the same', async () => {
    await relays[0]?.stop('SIGKILL');
    balancer.enable(0, false);
    await everyoneSays('after one died');
    await everyoneSees(20_000);
  });

  it('[RED-10] say what they like while Redis is away, and all of it comes when it is back', async () => {
    const isReady = (ready: boolean) =>
      eventually(async () => expect((await fetch(`${relays[1]?.url}/readyz`)).ok).to.equal(ready));
    redis.signal('SIGSTOP');
    await isReady(false);
    await everyoneSays('without Redis');
    redis.signal('SIGCONT');
    await isReady(true);
    await everyoneSees(20_000);
  });

  it('[RED-11] give a Redis that comes back empty what they hold: a newcomer sees all of it', async () => {
    await redis.kill();
    await redis.restart();
    await everyoneSays('with an empty Redis');
    await everyoneSees(20_000);
    visitors.push(await Visitor.enter(browser, host.url, { name: 'Dee', before: withoutLinks }));
    await everyoneSees(20_000);
  });
});
