import { expect } from 'chai';
import type { MessageView, RoomView, Status } from '../../../widget/core/view.ts';
import { viewOf } from '../../../widget/core/view-of.ts';
import { markText } from '../../chaos/crowd/mark.ts';
import { Witness } from '../../chaos/crowd/witness.ts';
import { CoreDriver } from '../../support/core-driver.ts';

const BLANK: RoomView = viewOf(CoreDriver.inRoom([]).state, 0, undefined);
const AUTHOR = { user: 'g-x', name: 'X' } as MessageView['author'];

function row(text: string, status?: Status, key: string = text): MessageView {
  const mine = status !== undefined;
  const rest = { at: 0, edited: false, deleted: false, reactions: [], seenBy: [] };
  return { ...rest, key, author: AUTHOR, mine, text, ...(status === undefined ? {} : { status }) };
}

function view(messages: readonly MessageView[], online = true): RoomView {
  return { ...BLANK, messages, connection: online ? { state: 'online' } : { state: 'down', since: 0 } };
}

describe('the witness of a client in the chaos runs', () => {
  let now = 0;
  let witness: Witness;
  const other = (number: number) => markText({ stretch: 1, client: 'ben', number, at: now });

  beforeEach(() => {
    now = 1_000;
    witness = new Witness('ada', 'lobby', () => now);
    witness.begin(1);
  });

  it('[CHAOS-1] notes what was said, what was shown as sent and taken, and what stands there at the end', async () => {
    const [one, two, his] = [witness.next(), witness.next(), other(0)];
    witness.see(view([row(one, 'queued'), row(two, 'queued')]));
    witness.see(view([row(his), row(one, 'delivered'), row(two, 'failed')]));
    await witness.look(async () => false);
    expect(witness.testify(0).account.acknowledged).to.deep.equal([]);
    await witness.look(async (key) => key === one || key === two);
    const { account } = witness.testify(0);
    expect(account.said).to.deep.equal([one, two]);
    expect(account.acknowledged).to.deep.equal([one]);
    expect(account.shown).to.deep.equal([his, one, two]);
  });

  it('[CHAOS-1] notes a text that stands in two rows for a moment, and not a row that gets another key', () => {
    const [moved, doubled] = [other(0), other(1)];
    witness.see(view([row(moved), row(doubled)]));
    witness.see(view([row(moved, undefined, 'new key'), row(doubled)]));
    witness.see(view([row(moved, undefined, 'new key'), row(doubled), row(doubled, undefined, 'again')]));
    witness.see(view([row(moved, undefined, 'new key'), row(doubled)]));
    expect(witness.testify(0).account.twice).to.deep.equal([doubled]);
  });

  it('[CHAOS-2] takes a client for back when it has a session and shows what another said after the fault', () => {
    const before = other(0);
    now = 2_000;
    witness.see(view([row(before)]));
    const fault = now;
    now = 3_000;
    witness.see(view([row(before)], false));
    const meanwhile = other(1);
    now = 4_000;
    witness.see(view([row(before)]));
    expect(witness.testify(fault).resumedIn).to.equal(Number.POSITIVE_INFINITY);
    now = 4_500;
    witness.see(view([row(before), row(meanwhile)]));
    const { resumedIn, waits } = witness.testify(fault);
    expect([resumedIn, waits]).to.deep.equal([2_500, [1_000, 1_500]]);
  });

  it('[CHAOS-2] says nothing of a client that kept its session', () => {
    witness.see(view([]));
    expect(witness.testify(1_500).resumedIn).to.equal(undefined);
  });
});
