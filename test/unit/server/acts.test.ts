import { expect } from 'chai';
import sinon from 'sinon';
import { Acts, HOLD_SECONDS } from '../../../server/bayeux/acts.ts';
import { createFaye } from '../../../server/bayeux/faye.ts';
import type { Session } from '../../../server/bayeux/sessions.ts';
import { MemoryEngine } from '../../../server/engines/memory.ts';
import { Turn } from '../../../server/engines/turn.ts';
import type { Rooms } from '../../../server/rooms/rooms.ts';

describe('a connect', () => {
  it('[WIRE-10] is held as long as its client asks, at most 30 s, and not at all among other messages', async () => {
    const faye = createFaye((proxy) => new MemoryEngine(proxy, { turn: new Turn(), queueBytes: 1 }), HOLD_SECONDS);
    const run = sinon.stub(faye, 'run').resolves([{ successful: true }]);
    const acts = new Acts(faye, {} as Rooms);
    const held = async (hold: number | undefined, mayHold: boolean) => {
      const message = { type: 'connect', clientId: 'c', id: '1', natter: undefined, hold } as const;
      await acts.act({} as Session, message, 'poll', mayHold);
      return Reflect.get(run.lastCall.args[0], 'advice')?.timeout;
    };
    expect(await held(undefined, true)).to.equal(undefined);
    expect(await held(5_000, true)).to.equal(5_000);
    expect(await held(3_600_000, true)).to.equal(30_000);
    expect(await held(Number.MAX_VALUE, true)).to.equal(30_000);
    expect(await held(5_000, false)).to.equal(0);
    faye.close();
  });
});
