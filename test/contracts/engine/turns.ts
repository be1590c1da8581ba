import { expect } from 'chai';
import type { Engine, EngineProxy } from '../../../server/engines/engine.ts';
import { eventually } from '../../support/eventually.ts';
import { create, subscribe } from './client.ts';
import type { EngineKind } from './kind.ts';
import { RecordingSink } from './recording-sink.ts';

/** What engines do that publish at once. */
export function turnContract({ make }: EngineKind): void {
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
