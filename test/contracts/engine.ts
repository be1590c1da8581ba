import { expect } from 'chai';
import type { Delivery, Engine, EngineProxy, Sink } from '../../server/engines/engine.ts';
import { eventually, within } from '../support/eventually.ts';

/** An engine behind Faye's own proxy, as the relay drives it. */
export interface EngineUnderTest {
  readonly proxy: EngineProxy;
  /** What our own engines can do besides; undefined for Faye's. */
  readonly engine: Engine | undefined;
  close(): void | Promise<void>;
}

export interface EngineKind {
  readonly name: string;
  /** @param timeout seconds for which a connect is held; a silent client lives twice as long */
  make(timeout: number): EngineUnderTest | Promise<EngineUnderTest>;
  /** It has sinks, and all else that engines/engine.ts asks for beyond Faye's contract. */
  readonly isOurs: boolean;
  /** What one turn of the event loop publishes is written at its end: it takes no way through another process. */
  readonly isImmediate: boolean;
  /** Several of them on one Redis are one. */
  readonly isDistributed: boolean;
}

const DEADLINE_MS = 2_000;
const QUEUE_BYTES = 1024 * 1024;

/** All that an engine of this kind must do. */
export function engineContract(kind: EngineKind): void {
  describe(`engine contract: ${kind.name}`, () => {
    fayeContract(kind);
    if (kind.isOurs) sinkContract(kind);
    if (kind.isImmediate) turnContract(kind);
    if (kind.isDistributed) distributedContract(kind);
  });
}

/** What every engine does: Faye's contract. */
function fayeContract({ make, isOurs }: EngineKind): void {
  describe('as Faye asks', () => {
    let engine: EngineUnderTest;
    const start = async (timeout = 10) => {
      engine = await make(timeout);
      return engine.proxy;
    };
    const client = async (proxy: EngineProxy, ...channels: readonly string[]) => {
      const id = await create(proxy);
      for (const channel of channels) await subscribe(proxy, id, channel);
      return id;
    };

    afterEach(() => engine.close());

    it('[ENG-1] each client gets an id of its own, exists until it is destroyed, and triggers handshake and disconnect once', async () => {
      const proxy = await start();
      const events = record(proxy, 'handshake', 'disconnect');
      const [a, b] = [await create(proxy), await create(proxy)];
      expect(a).to.match(/^[A-Za-z0-9]{20,}$/);
      expect(a).not.to.equal(b);
      expect([await exists(proxy, a), await exists(proxy, 'nobody')]).to.deep.equal([true, false]);
      await destroy(proxy, a);
      proxy.destroyClient(a);
      expect([await exists(proxy, a), await exists(proxy, b)]).to.deep.equal([false, true]);
      await destroy(proxy, b);
      expect(events).to.deep.equal([`handshake ${a}`, `handshake ${b}`, `disconnect ${a}`, `disconnect ${b}`]);
    });

    it('[ENG-1] the ids of a hundred clients made at the same time differ', async () => {
      const proxy = await start();
      const ids = await Promise.all(Array.from({ length: 100 }, () => create(proxy)));
      expect(new Set(ids).size).to.equal(100);
      expect(await Promise.all(ids.map((id) => exists(proxy, id)))).to.not.include(false);
    });

    it('[ENG-2] a message goes once to each client that is subscribed to its channel, and to no other', async () => {
      const proxy = await start();
      const ids = [await client(proxy, '/x', '/y'), await client(proxy, '/x'), await client(proxy, '/y')];
      const all = [...ids, await client(proxy)].map((id) => collect(proxy, id));
      proxy.publish({ channel: '/x', data: 1 });
      proxy.publish({ channel: '/y', data: 2 });
      await eventually(() => expect(all.map(sorted)).to.deep.equal([[1, 2], [1], [2], []]), DEADLINE_MS);
      proxy.publish({ channel: '/x', data: 3 });
      await eventually(() => expect(all.map(sorted)).to.deep.equal([[1, 2, 3], [1, 3], [2], []]), DEADLINE_MS);
    });

    it('[ENG-2] a channel is its whole name: not its parent, its child, nor one that begins like it', async () => {
      const proxy = await start();
      const heard = collect(proxy, await client(proxy, '/x/y'));
      for (const channel of ['/x', '/x/y/z', '/x/yy', '/y/x', '/x/y']) proxy.publish({ channel, data: channel });
      await eventually(() => expect(heard).to.deep.equal(['/x/y']), DEADLINE_MS);
    });

    it('[ENG-2] a publication triggers its event once, whoever hears it, and whether somebody does', async () => {
      const proxy = await start();
      const events: unknown[] = [];
      proxy.bind('publish', (...told) => events.push(told.slice(1)));
      const heard = [collect(proxy, await client(proxy, '/x')), collect(proxy, await client(proxy, '/x'))];
      proxy.publish({ channel: '/x', data: 1 });
      proxy.publish({ channel: '/nobody', data: 2 });
      await eventually(() => expect(heard).to.deep.equal([[1], [1]]), DEADLINE_MS);
      expect(events).to.deep.equal([
        ['/x', 1],
        ['/nobody', 2],
      ]);
    });

    it('[ENG-2] data comes as it was: any JSON, any text, 100 kB of it', async () => {
      const proxy = await start();
      const heard = collect(proxy, await client(proxy, '/x'));
      const sent = [
        ...[null, true, -1.5e300, '', [], {}, [[null]], { '': { a: [1, { b: 'c' }] } }],
        ...['"\\/\b\n\r\t\u0000\u2028', 'Zoë 🦉 שלום', '\n', ''.padEnd(100_000, 'ab🦉')],
      ];
      for (const data of sent) proxy.publish({ channel: '/x', data });
      await eventually(() => expect(heard).to.deep.equal(sent), DEADLINE_MS);
    });

    it('[ENG-3] messages of a channel come in the order in which they were published', async () => {
      const proxy = await start();
      const heard = collect(proxy, await client(proxy, '/x'));
      const sent = Array.from({ length: 200 }, (_, n) => n);
      for (const n of sent) {
        proxy.publish({ channel: '/x', data: n });
        if (n % 50 === 0) await new Promise(setImmediate);
      }
      await eventually(() => expect(heard).to.deep.equal(sent), DEADLINE_MS);
    });

    it('[ENG-3] so they do to clients that are between two connects when they come', async () => {
      const proxy = await start();
      const heard = await Promise.all([1, 2, 3].map(async () => collect(proxy, await client(proxy, '/x'))));
      const sent = Array.from({ length: 300 }, (_, n) => n);
      for (const n of sent) {
        proxy.publish({ channel: '/x', data: n });
        await new Promise(setImmediate);
      }
      await eventually(() => expect(heard).to.deep.equal([sent, sent, sent]), DEADLINE_MS);
    });

    it('[ENG-4] what comes while no connect is held waits for the next ones, and comes once', async () => {
      const proxy = await start();
      const [id, other] = [await client(proxy, '/x'), await client(proxy, '/x')];
      const witness = collect(proxy, other);
      for (const n of [1, 2, 3]) proxy.publish({ channel: '/x', data: n });
      await eventually(() => expect(witness).to.deep.equal([1, 2, 3]), DEADLINE_MS);
      const heard = collect(proxy, id);
      await eventually(() => expect(heard).to.deep.equal([1, 2, 3]), DEADLINE_MS);
      proxy.publish({ channel: '/x', data: 4 });
      await eventually(() => expect([heard, witness].map(last)).to.deep.equal([4, 4]), DEADLINE_MS);
      expect(heard).to.deep.equal([1, 2, 3, 4]);
    });

    it('[ENG-4] a held connect is answered with what comes, and with nothing when its time is over', async () => {
      const proxy = await start();
      const id = await client(proxy, '/x');
      const held = connect(proxy, id);
      proxy.publish({ channel: '/x', data: 1 });
      expect((await held).map(({ data }) => data)).to.deep.equal([1]);
      expect(await connect(proxy, id, 20)).to.deep.equal([]);
    });

    it('[ENG-5] subscribing twice is once; after unsubscribing nothing comes; both trigger their event once', async () => {
      const proxy = await start();
      const events = record(proxy, 'subscribe', 'unsubscribe');
      const id = await create(proxy);
      const heard = collect(proxy, id);
      for (const channel of ['/x', '/x', '/y']) await subscribe(proxy, id, channel);
      proxy.publish({ channel: '/x', data: 1 });
      await eventually(() => expect(heard).to.deep.equal([1]), DEADLINE_MS);
      for (let times = 0; times < 2; times += 1) await unsubscribe(proxy, id, '/x');
      proxy.publish({ channel: '/x', data: 2 });
      proxy.publish({ channel: '/y', data: 3 });
      await eventually(() => expect(heard).to.deep.equal([1, 3]), DEADLINE_MS);
      await eventually(() => expect(events).to.have.length(3), DEADLINE_MS);
      expect(events).to.deep.equal([`subscribe ${id} /x`, `subscribe ${id} /y`, `unsubscribe ${id} /x`]);
    });

    it('[ENG-5] who unsubscribes, or was never subscribed, changes nothing for others; it may subscribe again', async () => {
      const proxy = await start();
      const events = record(proxy, 'unsubscribe');
      const [stays, goes, stranger] = [await client(proxy, '/x'), await client(proxy, '/x'), await client(proxy)];
      const heard = [stays, goes, stranger].map((id) => collect(proxy, id));
      await unsubscribe(proxy, goes, '/x');
      await unsubscribe(proxy, stranger, '/x');
      proxy.publish({ channel: '/x', data: 1 });
      await eventually(() => expect(heard).to.deep.equal([[1], [], []]), DEADLINE_MS);
      expect(events).to.deep.equal([`unsubscribe ${goes} /x`]);
      await subscribe(proxy, goes, '/x');
      proxy.publish({ channel: '/x', data: 2 });
      await eventually(() => expect(heard).to.deep.equal([[1, 2], [2], []]), DEADLINE_MS);
    });

    it('[ENG-6] a destroyed client is unsubscribed, its held connect is answered, and others hear on', async () => {
      const proxy = await start();
      const events = record(proxy, 'unsubscribe');
      const [id, other] = [await client(proxy, '/x', '/y'), await client(proxy, '/x')];
      const held = connect(proxy, id);
      await destroy(proxy, id);
      expect(await held).to.deep.equal([]);
      expect(events.sort()).to.deep.equal([`unsubscribe ${id} /x`, `unsubscribe ${id} /y`]);
      const heard = collect(proxy, other);
      proxy.publish({ channel: '/x', data: 1 });
      await eventually(() => expect(heard).to.deep.equal([1]), DEADLINE_MS);
      expect(await exists(proxy, id)).to.equal(false);
    });

    it('[ENG-7] a client that gives no sign of life for twice the timeout is destroyed; one that pings lives', async () => {
      const proxy = await start(0.1);
      const events = record(proxy, 'disconnect', 'unsubscribe');
      const [silent, alive] = [await client(proxy, '/x'), await client(proxy)];
      const pings = setInterval(() => proxy.ping(alive), 20);
      await eventually(
        () => expect(events).to.have.members([`unsubscribe ${silent} /x`, `disconnect ${silent}`]),
        DEADLINE_MS,
      );
      expect([await exists(proxy, silent), await exists(proxy, alive)]).to.deep.equal([false, true]);
      clearInterval(pings);
      await eventually(() => expect(events).to.include(`disconnect ${alive}`), DEADLINE_MS);
      expect(await exists(proxy, alive)).to.equal(false);
    });

    it('[ENG-7] a connect is a sign of life', async () => {
      const proxy = await start(0.2);
      const [id, silent] = [await client(proxy), await client(proxy)];
      const polls = setInterval(() => void connect(proxy, id, 10), 40);
      await eventually(async () => expect(await exists(proxy, silent)).to.equal(false), DEADLINE_MS);
      expect(await exists(proxy, id)).to.equal(true);
      clearInterval(polls);
    });

    it('[ENG-8] what is asked of unknown clients and channels does no harm', async () => {
      const proxy = await start();
      const events = record(proxy, 'handshake', 'disconnect', 'subscribe', 'unsubscribe');
      proxy.ping('nobody');
      proxy.destroyClient('nobody');
      await unsubscribe(proxy, 'nobody', '/x');
      if (isOurs) expect(await subscribe(proxy, 'nobody', '/x')).to.equal(false); // Faye's own asks beforehand
      proxy.publish({ channel: '/x', data: 1 });
      const heard = collect(proxy, await client(proxy, '/x'));
      proxy.publish({ channel: '/x', data: 2 });
      await eventually(() => expect(last(heard)).to.equal(2), DEADLINE_MS);
      expect(await exists(proxy, 'nobody')).to.equal(false);
      if (isOurs) expect(events.filter((event) => event.includes('nobody'))).to.deep.equal([]);
    });
  });
}

/** What our own engines do besides: write finished frames to sockets. */
function sinkContract({ make }: EngineKind): void {
  describe('sinks', () => {
    let proxy: EngineProxy;
    let engine: Engine;
    let close: () => void | Promise<void>;

    beforeEach(async () => {
      const under = await make(10);
      if (!under.engine) throw new Error('not ours');
      ({ proxy, close, engine } = { ...under, engine: under.engine, close: () => under.close() });
    });

    afterEach(() => close());

    const member = async (channel = '/x') => {
      const id = await create(proxy);
      await subscribe(proxy, id, channel);
      return { id, sink: new RecordingSink() };
    };
    const queued = () => eventually(() => expect(engine.queuedBytes()).to.be.greaterThan(0), DEADLINE_MS);

    it('[ENG-10] a subscriber gets nothing that others had heard before it came, and nothing after it went', async () => {
      const [early, late] = [await member(), await create(proxy)];
      const sink = new RecordingSink();
      engine.attach(early.id, early.sink);
      engine.attach(late, sink);
      for (const data of ['before', 'while', 'after']) {
        if (data === 'while') await subscribe(proxy, late, '/x');
        if (data === 'after') await unsubscribe(proxy, late, '/x');
        proxy.publish({ channel: '/x', data });
        await eventually(() => expect(last(early.sink.data())).to.equal(data), DEADLINE_MS);
        if (data === 'while') await eventually(() => expect(sink.data()).to.deep.equal(['while']), DEADLINE_MS);
      }
      expect(sink.data()).to.deep.equal(['while']);
    });

    it('[ENG-11] what waits for a client goes to its next sink, and a sink that was replaced can’t detach the new one', async () => {
      const { id, sink } = await member();
      proxy.publish({ channel: '/x', data: 1 });
      await queued();
      engine.attach(id, sink);
      await eventually(() => expect(sink.data()).to.deep.equal([1]), DEADLINE_MS);
      expect(engine.queuedBytes()).to.equal(0);
      const next = new RecordingSink();
      engine.attach(id, next);
      engine.detach(id, sink);
      proxy.publish({ channel: '/x', data: 2 });
      await eventually(() => expect(next.data()).to.deep.equal([2]), DEADLINE_MS);
      expect(sink.data()).to.deep.equal([1]);
    });

    it('[ENG-11] a client whose sink is detached gets what follows by its next connect', async () => {
      const { id, sink } = await member();
      engine.attach(id, sink);
      proxy.publish({ channel: '/x', data: 1 });
      await eventually(() => expect(sink.data()).to.deep.equal([1]), DEADLINE_MS);
      engine.detach(id, sink);
      proxy.publish({ channel: '/x', data: 2 });
      expect((await connect(proxy, id)).map(({ data }) => data)).to.deep.equal([2]);
      expect(sink.data()).to.deep.equal([1]);
    });

    it('[ENG-12] messages that a dead connect took are given back, before what came later', async () => {
      const { id } = await member();
      const held = connect(proxy, id);
      proxy.publish({ channel: '/x', data: 1 });
      const taken = await held;
      proxy.publish({ channel: '/x', data: 2 });
      await queued();
      engine.restore(id, taken);
      const heard = collect(proxy, id);
      await eventually(() => expect(heard).to.deep.equal([1, 2]), DEADLINE_MS);
    });

    it('[ENG-12] of two connects that died, what the first took comes first', async () => {
      const { id } = await member();
      const taken: (readonly Delivery[])[] = [];
      for (const n of [1, 2]) {
        const held = connect(proxy, id);
        proxy.publish({ channel: '/x', data: n });
        taken.push(await held);
      }
      for (const messages of taken.toReversed()) engine.restore(id, messages);
      const heard = collect(proxy, id);
      await eventually(() => expect(heard).to.deep.equal([1, 2]), DEADLINE_MS);
    });

    it('[ENG-13] a message can go to one client alone, after what came to it before', async () => {
      const [a, b] = [await member(), await member()];
      for (const { id, sink } of [a, b]) engine.attach(id, sink);
      for (let n = 1; n <= 20; n += 2) {
        engine.publishHere({ channel: '/x', data: n });
        engine.send(a.id, { channel: '/private', data: n + 1 });
      }
      const all = Array.from({ length: 20 }, (_, n) => n + 1);
      await eventually(() => expect(a.sink.data()).to.deep.equal(all), DEADLINE_MS);
      await eventually(() => expect(b.sink.data()).to.deep.equal(all.filter((n) => n % 2 === 1)), DEADLINE_MS);
    });

    it('[ENG-13] one that is sent while its client is not connected waits for it', async () => {
      const { id, sink } = await member();
      engine.send(id, { channel: '/private', data: 1 });
      engine.attach(id, sink);
      await eventually(() => expect(sink.data()).to.deep.equal([1]), DEADLINE_MS);
    });

    it('[ENG-14] a client for whom over 1 MiB waits is destroyed; those who read get everything', async () => {
      const [reads, absent] = [await member(), await member()];
      engine.attach(reads.id, reads.sink);
      const text = ''.padEnd(QUEUE_BYTES / 16, 'x');
      for (let n = 1; n <= 17; n += 1) {
        expect(engine.queuedBytes(), `before message ${n}`).to.be.at.most(QUEUE_BYTES);
        expect(await exists(proxy, absent.id)).to.equal(n <= 16);
        proxy.publish({ channel: '/x', data: `${n} ${text}` });
        await eventually(() => expect(reads.sink.data()).to.have.length(n), DEADLINE_MS);
      }
      await eventually(async () => expect(await exists(proxy, absent.id)).to.equal(false), DEADLINE_MS);
      expect([await exists(proxy, reads.id), engine.queuedBytes()]).to.deep.equal([true, 0]);
    });
  });
}

/** What engines do that publish at once. */
function turnContract({ make }: EngineKind): void {
  describe('turns', () => {
    let proxy: EngineProxy;
    let engine: Engine;
    let close: () => void | Promise<void>;

    beforeEach(async () => {
      const under = await make(10);
      if (!under.engine) throw new Error('not ours');
      ({ proxy, close, engine } = { ...under, engine: under.engine, close: () => under.close() });
    });

    afterEach(() => close());

    const member = async () => {
      const id = await create(proxy);
      const sink = new RecordingSink();
      engine.attach(id, sink);
      return { id, sink };
    };

    it('[ENG-9] all that one turn brings a channel is one frame, the same bytes for every subscriber', async () => {
      const members = [await member(), await member()];
      for (const { id } of members) await subscribe(proxy, id, '/x');
      for (const n of [1, 2, 3]) proxy.publish({ channel: '/x', data: n });
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

    it('[ENG-10] a subscriber gets nothing from before it came and all until it goes, within one turn', async () => {
      const [early, late] = [await member(), await member()];
      await subscribe(proxy, early.id, '/x');
      proxy.publish({ channel: '/x', data: 'before' });
      await subscribe(proxy, late.id, '/x');
      proxy.publish({ channel: '/x', data: 'while' });
      proxy.unsubscribe(late.id, '/x');
      proxy.publish({ channel: '/x', data: 'after' });
      await eventually(() => expect(early.sink.data()).to.deep.equal(['before', 'while', 'after']));
      expect(late.sink.data()).to.deep.equal(['while']);
    });
  });
}

/** What engines of several processes do together. */
function distributedContract({ make }: EngineKind): void {
  describe('distributed', () => {
    let engines: readonly EngineUnderTest[] = [];

    beforeEach(async () => {
      engines = await Promise.all([make(10), make(10)]);
    });

    afterEach(() => Promise.all(engines.map((engine) => engine.close())));

    const two = () => {
      const [a, b] = engines.map(({ proxy }) => proxy);
      if (!a || !b) throw new Error('no engines');
      return [a, b] as const;
    };
    const client = async (proxy: EngineProxy, ...channels: readonly string[]) => {
      const id = await create(proxy);
      for (const channel of channels) await subscribe(proxy, id, channel);
      return id;
    };

    it('[ENG-16] what one publishes comes to the clients of all, once and in one order', async () => {
      const proxies = two();
      const heard = await Promise.all(
        [...proxies, ...proxies].map(async (proxy) => collect(proxy, await client(proxy, '/x'))),
      );
      for (let n = 0; n < 100; n += 1) {
        for (const [who, proxy] of proxies.entries()) proxy.publish({ channel: '/x', data: `${who} ${n}` });
        if (n % 25 === 0) await new Promise(setImmediate);
      }
      await eventually(
        () => expect(heard.map(({ length }) => length)).to.deep.equal([200, 200, 200, 200]),
        DEADLINE_MS,
      );
      for (const other of heard) expect(other).to.deep.equal(heard[0]);
      for (const who of [0, 1]) {
        const mine = heard[0]?.filter((data) => String(data).startsWith(`${who} `));
        expect(mine).to.deep.equal(Array.from({ length: 100 }, (_, n) => `${who} ${n}`));
      }
    });

    it('[ENG-16] a client hears no channel of another engine that it is not subscribed to, and none after it has gone', async () => {
      const [a, b] = two();
      const [here, there] = [await client(a, '/x'), await client(b, '/y')];
      const heard = [collect(a, here), collect(b, there)];
      for (const channel of ['/x', '/y']) a.publish({ channel, data: channel });
      await eventually(() => expect(heard).to.deep.equal([['/x'], ['/y']]), DEADLINE_MS);
      await unsubscribe(b, there, '/y');
      await subscribe(b, there, '/z');
      for (const channel of ['/y', '/z']) a.publish({ channel, data: channel });
      await eventually(() => expect(heard[1]).to.deep.equal(['/y', '/z']), DEADLINE_MS);
    });

    it('[ENG-16] what one publishes waits for a client of another that holds no connect', async () => {
      const [a, b] = two();
      const [witness, absent] = [collect(b, await client(b, '/x')), await client(b, '/x')];
      for (const n of [1, 2]) a.publish({ channel: '/x', data: n });
      await eventually(() => expect(witness).to.deep.equal([1, 2]), DEADLINE_MS);
      const heard = collect(b, absent);
      await eventually(() => expect(heard).to.deep.equal([1, 2]), DEADLINE_MS);
    });

    it('[ENG-16] the clients of one are not those of another: ids differ, and what ends here ends nobody there', async () => {
      const [a, b] = two();
      const [here, there] = [await client(a, '/x'), await client(b, '/x')];
      expect(here).not.to.equal(there);
      const events = record(b, 'disconnect');
      const heard = collect(b, there);
      await destroy(a, here);
      a.publish({ channel: '/x', data: 1 });
      await eventually(() => expect(heard).to.deep.equal([1]), DEADLINE_MS);
      expect([await exists(b, there), events]).to.deep.equal([true, []]);
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

function destroy(proxy: EngineProxy, id: string): Promise<void> {
  return within(new Promise((resolve) => proxy.destroyClient(id, () => resolve())), DEADLINE_MS, 'the end of a client');
}

function unsubscribe(proxy: EngineProxy, id: string, channel: string): Promise<boolean> {
  return within(new Promise((resolve) => proxy.unsubscribe(id, channel, resolve)), DEADLINE_MS, 'an unsubscription');
}

/** What is triggered on the proxy, as it comes: the event, the client and, where there is one, the channel. */
function record(proxy: EngineProxy, ...events: readonly string[]): string[] {
  const seen: string[] = [];
  for (const event of events) proxy.bind(event, (...about) => seen.push([event, ...about].join(' ')));
  return seen;
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

function last(heard: readonly unknown[]): unknown {
  return heard[heard.length - 1];
}

function sorted(heard: readonly unknown[]): readonly unknown[] {
  return [...heard].sort();
}
