import { expect } from 'chai';
import type { RoomName } from '../../../protocol/ids.ts';
import type { Meta, StoreChange } from '../../../widget/core/effects.ts';
import type { Identity } from '../../../widget/runtime/ports.ts';
import { RoomRuntime, type RuntimePorts } from '../../../widget/runtime/room-runtime.ts';
import { Trust } from '../../../widget/runtime/trust.ts';
import { CoreDriver, member, replica } from '../../support/core-driver.ts';
import { memoryStore } from '../../support/memory-store.ts';

const IDENTITY: Identity = {
  replica: replica('new'),
  publicKey: 'key',
  sign: async () => 'sig',
  certified: () => undefined,
  certificate: () => undefined,
  recertified: (entry) => entry,
  seal: async () => [],
};

function ports(written: StoreChange[]): RuntimePorts {
  return {
    platform: { now: () => 0, random: () => 0, randomId: () => 'id', after: () => () => undefined },
    store: {
      ...memoryStore(),
      async write(changes) {
        written.push(...changes);
      },
    },
    isHidden: () => false,
    trust: new Trust(globalThis.crypto.subtle, 'room' as RoomName),
    openRelay: () => expect.fail('nobody is inside'),
    loadLinks: undefined,
    observe: () => undefined,
    changed: () => undefined,
    newIdentity: async () => IDENTITY,
  };
}

describe('a room that starts', () => {
  const numberBy = async (self: string): Promise<Meta | undefined> => {
    const before = CoreDriver.inRoom([member('bob')]);
    before.say('one');
    const { seq, prev, clock, log, receipts, seen, away, outbox } = before.state;
    const kept = { seq, prev, clock, receipts, seen, away, have: log.have, entries: log.order, outbox };
    const written: StoreChange[] = [];
    const snapshot = { ...kept, self: replica(self) };
    const runtime = new RoomRuntime(
      'room' as RoomName,
      IDENTITY,
      { identity: undefined, composer: '', snapshot },
      ports(written),
    );
    runtime.dispatch({ type: 'named', name: 'Me' });
    await runtime.close();
    return written.flatMap((change) => (change.type === 'meta' ? [change.meta] : [])).at(-1);
  };

  it('[REPL-3] with the numbers of the replica before numbers anew; with its own it goes on', async () => {
    expect((await numberBy('old'))?.seq).to.equal(0);
    expect((await numberBy('new'))?.seq).to.equal(1);
  });
});
