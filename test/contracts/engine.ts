import { expect } from 'chai';
import type { Delivery, Engine, EngineProxy, Sink } from '../../server/engines/engine.ts';
import { eventually, within } from '../support/eventually.ts';

/** An engine behind Faye's own proxy, as the relay drives it. */
export interface EngineUnderTest {
  readonly proxy: EngineProxy;
  close(): void | Promise<void>;
}

/** @param timeout seconds for which a connect is held; a silent client lives twice as long */
export type MakeEngine<T extends EngineUnderTest> = (timeout: number) => T | Promise<T>;

const DEADLINE_MS = 2_000;

/** What every engine does: Faye's contract. Run it with a factory of the engine. */
export function engineContract(name: string, make: MakeEngine<EngineUnderTest>): void {
  describe(`engine contract: ${name}`, () => {
    let engine: EngineUnderTest;
    const start = async (timeout = 10) => {
      engine = await make(timeout);
      return engine.proxy;
    };

    afterEach(() => engine.close());

    it('[ENG-1] each client gets an id of its own, exists until it is destroyed, and triggers handshake and disconnect', async () => {
      const proxy = await start();
      const events: string[] = [];
      proxy.bind('handshake', (id = '') => events.push(`handshake ${id}`));
      proxy.bind('disconnect', (id = '') => events.push(`disconnect ${id}`));
      const [a, b] = [await create(proxy), await create(proxy)];
      expect(a).to.match(/^[A-Za-z0-9]{20,}$/);
      expect(a).not.to.equal(b);
      expect([await exists(proxy, a), await exists(proxy, 'nobody')]).to.deep.equal([true, false]);
      await new Promise<void>((resolve) => proxy.destroyClient(a, resolve));
      expect([await exists(proxy, a), await exists(proxy, b)]).to.deep.equal([false, true]);
      expect(events).to.deep.equal([`handshake ${a}`, `handshake ${b}`, `disconnect ${a}`]);
    });

    it('[ENG-2] a message goes once to each client that is subscribed to its channel, and to no other', async () => {
      const proxy = await start();
      const [a, b, c] = [await create(proxy), await create(proxy), await create(proxy)];
      for (const [id, channel] of [
        [a, '/x'],
        [a, '/y'],
        [b, '/x'],
        [c, '/y'],
      ] as const)
        await subscribe(proxy, id, channel);
      const all = [collect(proxy, a), collect(proxy, b), collect(proxy, c)];
      proxy.publish({ channel: '/x', data: 1 });
      proxy.publish({ channel: '/y', data: 2 });
      await eventually(() => expect(all.map(sorted)).to.deep.equal([[1, 2], [1], [2]]), DEADLINE_MS);
    });

    it('[ENG-3] messages of a channel come in the order in which they were published', async () => {
      const proxy = await start();
      const id = await create(proxy);
      await subscribe(proxy, id, '/x');
      const heard = collect(proxy, id);
      const sent = Array.from({ length: 200 }, (_, n) => n);
      for (const n of sent) {
        proxy.publish({ channel: '/x', data: n });
        if (n % 50 === 0) await new Promise(setImmediate);
      }
      await eventually(() => expect(heard).to.deep.equal(sent), DEADLINE_MS);
    });

    it('[ENG-4] what comes while no connect is held waits for the next one', async () => {
      const proxy = await start();
      const id = await create(proxy);
      await subscribe(proxy, id, '/x');
      for (const n of [1, 2, 3]) proxy.publish({ channel: '/x', data: n });
      await new Promise(setImmediate);
      expect((await connect(proxy, id)).map(({ data }) => data)).to.deep.equal([1, 2, 3]);
      expect(await connect(proxy, id, 0)).to.deep.equal([]);
    });

    it('[ENG-5] subscribing twice is once; after unsubscribing nothing comes; both trigger their event once', async () => {
      const proxy = await start();
      const events: string[] = [];
      proxy.bind('subscribe', (_id, channel = '') => events.push(`+${channel}`));
      proxy.bind('unsubscribe', (_id, channel = '') => events.push(`-${channel}`));
      const id = await create(proxy);
      const heard = collect(proxy, id);
      for (const channel of ['/x', '/x', '/y']) await subscribe(proxy, id, channel);
      proxy.publish({ channel: '/x', data: 1 });
      await eventually(() => expect(heard).to.deep.equal([1]), DEADLINE_MS);
      for (let times = 0; times < 2; times += 1)
        await new Promise<boolean>((done) => proxy.unsubscribe(id, '/x', done));
      proxy.publish({ channel: '/x', data: 2 });
      proxy.publish({ channel: '/y', data: 3 });
      await eventually(() => expect(heard).to.deep.equal([1, 3]), DEADLINE_MS);
      expect(events).to.deep.equal(['+/x', '+/y', '-/x']);
    });

    it('[ENG-6] a destroyed client is unsubscribed, its held connect is answered, and nothing more comes', async () => {
      const proxy = await start();
      const events: string[] = [];
      proxy.bind('unsubscribe', (_id, channel = '') => events.push(channel));
      const id = await create(proxy);
      for (const channel of ['/x', '/y']) await subscribe(proxy, id, channel);
      const held = connect(proxy, id);
      proxy.destroyClient(id);
      expect(await held).to.deep.equal([]);
      expect(events.sort()).to.deep.equal(['/x', '/y']);
      proxy.publish({ channel: '/x', data: 1 });
      expect(await exists(proxy, id)).to.equal(false);
    });

    it('[ENG-7] a client that gives no sign of life for twice the timeout is destroyed; one that pings lives', async () => {
      const proxy = await start(0.1);
      const [silent, alive] = [await create(proxy), await create(proxy)];
      const pings = setInterval(() => proxy.ping(alive), 20);
      await eventually(async () => expect(await exists(proxy, silent)).to.equal(false), DEADLINE_MS);
      expect(await exists(proxy, alive)).to.equal(true);
      clearInterval(pings);
      await eventually(async () => expect(await exists(proxy, alive)).to.equal(false), DEADLINE_MS);
    });

    it('[ENG-8] what is asked of unknown clients and channels does no harm', async () => {
      const proxy = await start();
      proxy.ping('nobody');
      proxy.destroyClient('nobody');
      proxy.unsubscribe('nobody', '/x');
      proxy.publish({ channel: '/nowhere', data: 1 });
      expect(await exists(proxy, 'nobody')).to.equal(false);
    });
  });
}

/** What our own engines do besides: write finished frames to sockets, each once for all who get it. */
export function sinkContract(name: string, make: MakeEngine<EngineUnderTest & { readonly engine: Engine }>): void {
  describe(`engine contract, sinks: ${name}`, () => {
    let under: EngineUnderTest & { readonly engine: Engine };

    beforeEach(async () => {
      under = await make(10);
    });

    afterEach(() => under.close());

    const member = async (channel = '/x') => {
      const id = await create(under.proxy);
      await subscribe(under.proxy, id, channel);
      return { id, sink: new RecordingSink() };
    };

    it('[ENG-9] all that one turn brings a channel is one frame, the same bytes for every subscriber', async () => {
      const members = [await member(), await member()];
      for (const { id, sink } of members) under.engine.attach(id, sink);
      for (const n of [1, 2, 3]) under.proxy.publish({ channel: '/x', data: n });
      await eventually(() =>
        expect(members.map(({ sink }) => sink.data())).to.deep.equal([
          [1, 2, 3],
          [1, 2, 3],
        ]),
      );
      const [a, b] = members.map(({ sink }) => sink.frames);
      expect(a).to.have.length(1);
      expect(a?.[0]).to.equal(b?.[0]);
    });

    it('[ENG-10] a subscriber gets nothing from before it came and all until it goes', async () => {
      const [early, late] = [await member(), await create(under.proxy)];
      const sink = new RecordingSink();
      under.engine.attach(early.id, early.sink);
      under.engine.attach(late, sink);
      under.proxy.publish({ channel: '/x', data: 'before' });
      await subscribe(under.proxy, late, '/x');
      under.proxy.publish({ channel: '/x', data: 'while' });
      under.proxy.unsubscribe(late, '/x');
      under.proxy.publish({ channel: '/x', data: 'after' });
      await eventually(() => expect(early.sink.data()).to.deep.equal(['before', 'while', 'after']));
      expect(sink.data()).to.deep.equal(['while']);
    });

    it('[ENG-11] what waits for a client goes to its next sink, and a sink that was replaced can’t detach the new one', async () => {
      const { id, sink } = await member();
      under.proxy.publish({ channel: '/x', data: 1 });
      await new Promise(setImmediate);
      expect(under.engine.queuedBytes()).to.be.greaterThan(0);
      under.engine.attach(id, sink);
      expect(sink.data()).to.deep.equal([1]);
      expect(under.engine.queuedBytes()).to.equal(0);
      const next = new RecordingSink();
      under.engine.attach(id, next);
      under.engine.detach(id, sink);
      under.proxy.publish({ channel: '/x', data: 2 });
      await eventually(() => expect(next.data()).to.deep.equal([2]));
      expect(sink.data()).to.deep.equal([1]);
    });

    it('[ENG-12] messages that a dead connect took are given back, before what came later', async () => {
      const { id } = await member();
      under.proxy.publish({ channel: '/x', data: 1 });
      await new Promise(setImmediate);
      const taken = await connect(under.proxy, id);
      under.proxy.publish({ channel: '/x', data: 2 });
      await new Promise(setImmediate);
      under.engine.restore(id, taken);
      expect((await connect(under.proxy, id)).map(({ data }) => data)).to.deep.equal([1, 2]);
    });

    it('[ENG-13] a message can go to one client alone, after what was published before it', async () => {
      const [a, b] = [await member(), await member()];
      for (const { id, sink } of [a, b]) under.engine.attach(id, sink);
      under.proxy.publish({ channel: '/x', data: 1 });
      under.engine.send(a.id, { channel: '/private', data: 2 });
      await eventually(() => expect(b.sink.data()).to.deep.equal([1]));
      expect(a.sink.data()).to.deep.equal([1, 2]);
    });
  });
}

/** What engines of several processes do together. Each call of the factory makes one more of them. */
export function distributedContract(name: string, make: MakeEngine<EngineUnderTest>): void {
  describe(`engine contract, distributed: ${name}`, () => {
    let engines: readonly EngineUnderTest[] = [];

    beforeEach(async () => {
      engines = await Promise.all([make(10), make(10)]);
    });

    afterEach(() => Promise.all(engines.map((engine) => engine.close())));

    it('[ENG-16] what one publishes comes to the clients of all, once and in one order', async () => {
      const proxies = engines.map(({ proxy }) => proxy);
      const ids = await Promise.all(proxies.map(create));
      await Promise.all(proxies.map((proxy, n) => subscribe(proxy, ids[n] ?? '', '/x')));
      const heard = proxies.map((proxy, n) => collect(proxy, ids[n] ?? ''));
      for (let n = 0; n < 100; n += 1) {
        for (const [who, proxy] of proxies.entries()) proxy.publish({ channel: '/x', data: `${who} ${n}` });
        if (n % 25 === 0) await new Promise(setImmediate);
      }
      await eventually(() => expect(heard.map(({ length }) => length)).to.deep.equal([200, 200]), DEADLINE_MS);
      expect(heard[0]).to.deep.equal(heard[1]);
      for (const who of [0, 1]) {
        const mine = heard[0]?.filter((data) => String(data).startsWith(`${who} `));
        expect(mine).to.deep.equal(Array.from({ length: 100 }, (_, n) => `${who} ${n}`));
      }
    });

    it('[ENG-16] a client hears no channel of another engine that it is not subscribed to, and none after it has gone', async () => {
      const [a, b] = engines.map(({ proxy }) => proxy);
      if (!a || !b) throw new Error('no engines');
      const [here, there] = [await create(a), await create(b)];
      await subscribe(a, here, '/x');
      await subscribe(b, there, '/y');
      const heard = [collect(a, here), collect(b, there)];
      for (const channel of ['/x', '/y']) a.publish({ channel, data: channel });
      await eventually(() => expect(heard).to.deep.equal([['/x'], ['/y']]), DEADLINE_MS);
      await new Promise<boolean>((done) => b.unsubscribe(there, '/y', done));
      await subscribe(b, there, '/z');
      for (const channel of ['/y', '/z']) a.publish({ channel, data: channel });
      await eventually(() => expect(heard[1]).to.deep.equal(['/y', '/z']), DEADLINE_MS);
    });
  });
}

class RecordingSink implements Sink {
  readonly frames: Buffer[] = [];

  write(frame: Buffer): void {
    this.frames.push(frame);
  }

  data(): readonly unknown[] {
    return this.frames.flatMap((frame) => {
      const head = (frame[1] ?? 0) < 126 ? 2 : frame[1] === 126 ? 4 : 10;
      return (JSON.parse(frame.subarray(head).toString()) as readonly Delivery[]).map(({ data }) => data);
    });
  }
}

function create(proxy: EngineProxy): Promise<string> {
  return within(new Promise((resolve) => proxy.createClient(resolve)), DEADLINE_MS, 'a client');
}

function exists(proxy: EngineProxy, id: string): Promise<boolean> {
  return within(new Promise((resolve) => proxy.clientExists(id, resolve)), DEADLINE_MS, 'whether a client exists');
}

function subscribe(proxy: EngineProxy, id: string, channel: string): Promise<boolean> {
  return within(new Promise((resolve) => proxy.subscribe(id, channel, resolve)), DEADLINE_MS, 'a subscription');
}

/** Holds one connect and gives what it brings. */
function connect(proxy: EngineProxy, id: string, timeout = 1_000): Promise<readonly Delivery[]> {
  const held = new Promise<readonly Delivery[]>((resolve) =>
    proxy.connect(id, { timeout }, (messages) => resolve(messages as readonly Delivery[])),
  );
  return within(held, DEADLINE_MS, 'a connect');
}

/** Holds one connect after another, as a long-polling client does, and keeps what they bring. */
function collect(proxy: EngineProxy, id: string): unknown[] {
  const heard: unknown[] = [];
  const again = () =>
    proxy.connect(id, { timeout: 500 }, (messages) => {
      for (const { data } of messages as readonly Delivery[]) heard.push(data);
      proxy.clientExists(id, (alive) => alive && setImmediate(again));
    });
  again();
  return heard;
}

function sorted(heard: readonly unknown[]): readonly unknown[] {
  return [...heard].sort();
}
