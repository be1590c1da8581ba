import { expect } from 'chai';
import { ANY, choiceAfter, type Past } from '../../../widget/net/carrier.ts';

/** A session that no socket carried. */
const BARE: Past = { joined: true, openFor: undefined, heard: false };
const GOOD: Past = { joined: true, openFor: 60_000, heard: true };
const MUTE: Past = { joined: false, openFor: 9_000, heard: false };
/** As mute, but it did not last: its relay may have gone just then. */
const CUT: Past = { ...MUTE, openFor: 300 };
const failed = (past: Past): Past => ({ ...past, joined: false });
const START = 1_800_000_000_000;
const MINUTE = 60_000;

/** What carries the session after these, each of which ends some ms after the one before. */
function chosenAfter(pasts: readonly Past[], apart = 10_000): string {
  return pasts.reduce((choice, past, n) => choiceAfter(choice, past, START + n * apart), ANY).carrier;
}

describe('what carries the next session', () => {
  it('[NET-2] is a socket, or POSTs where none opens', () => {
    for (const pasts of [[], [BARE], [failed(BARE)]]) expect(chosenAfter(pasts)).to.equal('either');
  });

  it('[NET-2] is a socket alone after a session that had one, and either after that has failed', () => {
    expect(chosenAfter([GOOD])).to.equal('socket');
    expect(chosenAfter([GOOD, failed(BARE)])).to.equal('either');
    expect(chosenAfter([failed(GOOD)]), 'it was refused').to.equal('either');
  });

  it('[NET-8] is POSTs alone after a socket that was open for 8 s and brought nothing, or two that were not', () => {
    expect(chosenAfter([MUTE])).to.equal('posts');
    expect(chosenAfter([CUT])).to.equal('either');
    expect(chosenAfter([CUT, CUT])).to.equal('posts');
    expect(chosenAfter([GOOD, CUT, CUT]), 'where one has worked').to.equal('posts');
    expect(chosenAfter([{ ...MUTE, joined: true }]), 'one that opened late').to.equal('posts');
    expect(chosenAfter([CUT, BARE, CUT]), 'not in a row').to.equal('either');
  });

  it('[NET-8] is POSTs for 10 minutes then, whatever becomes of them, and after that either again', () => {
    for (const past of [BARE, failed(BARE)]) {
      expect(chosenAfter([MUTE, past, past], 4 * MINUTE)).to.equal('posts');
      expect(chosenAfter([MUTE, past, past], 5 * MINUTE)).to.equal('either');
    }
  });
});
