import { expect } from 'chai';
import { guestId } from '../../../protocol/ids.ts';
import type { Outgoing } from '../../../widget/core/outbox.ts';
import { snapshotOf } from '../../../widget/store/snapshot.ts';
import { message, replica } from '../../support/core-driver.ts';

/** What a version before certificates has stored. */
const BARE = { cert: 'k'.repeat(87) };

describe('what a room’s storage gives back', () => {
  it('[CERT-15] names authors as their certificates do, whatever stands beside them', () => {
    const { entry } = message('bob', 1);
    const stored = { entry, author: { user: guestId(replica('ann')), name: 'Ann', role: 'moderator' } } as const;
    expect(snapshotOf(undefined, [stored], [])?.entries).to.deep.equal([
      { entry, author: { user: guestId(replica('bob')), name: 'bob' } },
    ]);
  });

  it('[CERT-15] is opened though it is of an earlier format: others’ entries are dropped, one’s own said anew', () => {
    const { entry, author = { user: guestId(replica('bob')), name: 'bob' } } = message('bob', 1);
    const kept = message('bob', 2).entry;
    const composed = { draft: 'd', content: { kind: 'message', text: 'mine' }, at: 1 } as const;
    const progress = { relayed: false, linked: false, attempts: 1, resendAt: 1 };
    const old = { ...message('me', 1).entry, ...BARE };
    const outbox: readonly Outgoing[] = [
      { ...composed, phase: 'ready', entry: old, ...progress },
      { ...composed, draft: 'new', at: 2, phase: 'ready', entry: message('me', 2).entry, ...progress },
      { ...composed, draft: 'waits', at: 3, phase: 'draft' },
    ];
    const entries = [
      { entry: { ...entry, ...BARE }, author },
      { entry: kept, author },
    ];
    const snapshot = snapshotOf(undefined, entries, outbox);
    expect(snapshot?.entries.map((logged) => logged.entry)).to.deep.equal([kept]);
    expect(snapshot?.outbox).to.deep.equal([{ ...composed, phase: 'draft' }, outbox[1], outbox[2]]);
  });
});
