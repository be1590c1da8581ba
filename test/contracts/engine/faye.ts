import { expect } from 'chai';
import type { EngineProxy } from '../../../server/engines/engine.ts';
import { eventually } from '../../support/eventually.ts';
import {
  collect,
  connect,
  create,
  DEADLINE_MS,
  destroy,
  exists,
  last,
  record,
  sorted,
  subscribe,
  unsubscribe,
} from './client.ts';
import type { EngineKind, EngineUnderTest } from './kind.ts';

/** What every engine does: Faye's contract. */
export function fayeContract({ make, isOurs }: EngineKind): void {
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
