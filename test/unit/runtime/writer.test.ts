import { expect } from 'chai';
import type { EntryId } from '../../../protocol/ids.ts';
import type { StoreChange } from '../../../widget/core/effects.ts';
import type { Store } from '../../../widget/runtime/ports.ts';
import { Writer } from '../../../widget/runtime/writer.ts';
import { memoryStore } from '../../support/memory-store.ts';

const settled = (draft: string): StoreChange => ({ type: 'settled', drafts: [draft] });

/** A store whose writes end when the test says so. */
function slowStore() {
  const writes: { changes: readonly StoreChange[]; durability: string; end(error?: Error): void }[] = [];
  const store: Store = {
    ...memoryStore(),
    write: (changes, durability) =>
      new Promise((resolve, reject) => {
        writes.push({ changes, durability, end: (error) => (error ? reject(error) : resolve()) });
      }),
  };
  return { store, writes };
}

const ENTRY = 'entry'.padEnd(43, '_') as EntryId;

const turns = async () => {
  for (let i = 0; i < 10; i += 1) await Promise.resolve();
};

describe('what the core wants kept', () => {
  it('[TAB-12] is neither written nor confirmed once another tab has taken the store', async () => {
    const { store, writes } = slowStore();
    const confirmed: string[] = [];
    const writer = new Writer(
      store,
      ({ drafts, entries }) => confirmed.push(...drafts, ...entries),
      () => expect.fail(),
    );
    writer.add([settled('a')], { drafts: ['a'] });
    await turns();
    writer.add([settled('b')], { drafts: ['b'] });
    writer.discard();
    writer.add([settled('c')], { drafts: ['c'] });
    writes[0]?.end();
    await writer.flush();
    expect(writes).to.have.length(1);
    expect(confirmed).to.deep.equal([]);
  });

  it('[STORE-4] is written in order, one write at a time, what comes meanwhile in the next', async () => {
    const { store, writes } = slowStore();
    const confirmed: string[] = [];
    const writer = new Writer(
      store,
      ({ drafts, entries }) => confirmed.push(...drafts, ...entries),
      () => expect.fail(),
    );
    writer.add([settled('a')]);
    writer.add([settled('b')], { drafts: ['b'] });
    await turns();
    expect(writes).to.have.length(1);
    expect(writes[0]?.changes).to.deep.equal([settled('a'), settled('b')]);
    expect(writes[0]?.durability).to.equal('strict');
    writer.add([settled('c')]);
    writer.add([settled('d')], { entries: [ENTRY] });
    await turns();
    expect(writes, 'while the first is under way').to.have.length(1);
    expect(confirmed).to.deep.equal([]);
    writes[0]?.end();
    await turns();
    expect(confirmed).to.deep.equal(['b']);
    expect(writes[1]?.changes).to.deep.equal([settled('c'), settled('d')]);
    expect(writes[1]?.durability, 'entries of others need no more').to.equal('relaxed');
    writes[1]?.end();
    await turns();
    expect(confirmed).to.deep.equal(['b', ENTRY]);
  });

  it('[STORE-2] is let go after the first failure, said once; messages go out all the same', async () => {
    const { store, writes } = slowStore();
    const confirmed: string[] = [];
    let failures = 0;
    const writer = new Writer(
      store,
      ({ drafts, entries }) => confirmed.push(...drafts, ...entries),
      () => {
        failures += 1;
      },
    );
    writer.add([settled('a')], { drafts: ['a'] });
    await turns();
    writes[0]?.end(new Error('QuotaExceededError'));
    await turns();
    writer.add([settled('b')], { drafts: ['b'] });
    await turns();
    expect(failures).to.equal(1);
    expect(confirmed).to.deep.equal(['a', 'b']);
    expect(writes).to.have.length(1);
  });
});
