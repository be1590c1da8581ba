import { expect } from 'chai';
import type { Delivery, Engine, EngineProxy } from '../../../server/engines/engine.ts';
import { eventually } from '../../support/eventually.ts';
import { collect, connect, create, DEADLINE_MS, exists, last, subscribe, unsubscribe } from './client.ts';
import type { EngineKind } from './kind.ts';
import { RecordingSink } from './recording-sink.ts';

const QUEUE_BYTES = 1024 * 1024;

/** What our own engines do besides: write finished frames to sockets. */
export function sinkContract({ make }: EngineKind): void {
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
