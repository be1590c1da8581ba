import type { Meta } from '../../widget/core/effects.ts';
import type { Outgoing } from '../../widget/core/outbox.ts';
import type { Store } from '../../widget/runtime/ports.ts';

/** What a room leaves in its store, as data that also passes into a browser. */
export interface StoreScenario {
  /** Opens the store anew, as the next page load does. */
  reopen(): Promise<Store>;
}

/** Runs one scenario against any store and gives what it found; the same text is run in Node and in a browser. */
export async function storeScenario({ reopen }: StoreScenario): Promise<Record<string, unknown>> {
  const logged = (replica: string, seq: number, ms: number) => ({
    entry: {
      id: `${replica}-${seq}`,
      replica,
      seq,
      prev: null,
      clock: [ms, 0],
      kind: 'message',
      payload: '{"text":"x"}',
      cert: `${'k'.repeat(87)}.1000.900.m..${replica}.${'w'.repeat(86)}`,
    },
    author: { user: `g-${replica}`, name: replica },
  });
  const meta = (seq: number) => ({
    name: 'Ada',
    seq,
    prev: null,
    clock: [9, 9],
    cursor: undefined,
    have: new Map([['r', [[1, seq]]]]),
    receipts: new Map(),
    seen: new Map(),
    away: new Map(),
  });
  const found: Record<string, unknown> = {};
  const first = await reopen();
  found.fresh = (await first.load()).snapshot === undefined;
  const draft: Outgoing = { draft: 'd1', content: { kind: 'message', text: 'unsent' }, at: 1, phase: 'draft' };
  await first.write(
    [
      { type: 'meta', meta: meta(1) as unknown as Meta },
      { type: 'entries', entries: [logged('b', 1, 20), logged('a', 1, 20), logged('a', 2, 10)] as never },
      { type: 'outgoing', items: [draft, { ...draft, draft: 'd2' }] },
    ],
    'strict',
  );
  await first.write(
    [
      { type: 'settled', drafts: ['d2'] },
      { type: 'meta', meta: meta(2) as unknown as Meta },
    ],
    'relaxed',
  );
  const unkeepable = { ...draft, draft: 'd4', content: { kind: 'message', text: () => 'no data' } };
  found.refused = await first
    .write(
      [
        { type: 'settled', drafts: ['d1'] },
        { type: 'outgoing', items: [{ ...draft, draft: 'd3' }, unkeepable as never] },
      ],
      'strict',
    )
    .then(
      () => false,
      () => true,
    );
  await first.saveComposer('half a thought');
  await first.close();

  const second = await reopen();
  const { snapshot, composer } = await second.load();
  found.order = snapshot?.entries.map(({ entry }) => entry.id);
  found.outbox = snapshot?.outbox.map((item) => item.draft);
  found.seq = snapshot?.seq;
  found.have = [...(snapshot?.have ?? [])];
  found.composer = composer;
  await second.write([{ type: 'withdrawn', entry: logged('a', 1, 20).entry as never }], 'strict');
  await second.write([{ type: 'entries', entries: [logged('b', 1, 20)] as never }], 'strict');
  found.afterWithdrawal = (await second.load()).snapshot?.entries.map(({ entry }) => entry.id);
  await second.close();
  return found;
}

/** What every store must have found. */
export const STORED: Readonly<Record<string, unknown>> = {
  fresh: true,
  refused: true,
  order: ['a-2', 'a-1', 'b-1'],
  outbox: ['d1'],
  seq: 2,
  have: [['r', [[1, 2]]]],
  composer: 'half a thought',
  afterWithdrawal: ['a-2', 'b-1'],
};
