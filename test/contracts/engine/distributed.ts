import { expect } from 'chai';
import type { EngineProxy } from '../../../server/engines/engine.ts';
import { eventually } from '../../support/eventually.ts';
import { collect, create, DEADLINE_MS, destroy, exists, record, subscribe, unsubscribe } from './client.ts';
import type { EngineKind, EngineUnderTest } from './kind.ts';

/** What engines of several processes do together. */
export function distributedContract({ make }: EngineKind): void {
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
