import { expect } from 'chai';
import { ANY, choiceAfter, type Past } from '../../../widget/net/carrier.ts';

/** A session that no socket carried. */
const BARE: Past = { joined: true, openFor: undefined, heard: false };
const GOOD: Past = { joined: true, openFor: 60_000, heard: true };
const MUTE: Past = { joined: false, openFor: 9_000, heard: false };
/** As mute, but it did not last: its relay may have gone just then. */
const CUT: Past = { ...MUTE, openFor: 4_000 };
const failed = (past: Past): Past => ({ ...past, joined: false });

function chosenAfter(...pasts: readonly Past[]): string {
  return pasts.reduce(choiceAfter, ANY).carrier;
}

describe('what carries the next session', () => {
  it('[NET-2] is a socket, or POSTs where none opens', () => {
    expect([chosenAfter(), chosenAfter(BARE), chosenAfter(failed(BARE))]).to.deep.equal(['either', 'either', 'either']);
  });

  it('[NET-2] is a socket alone after a session that had one, and either after that has failed', () => {
    expect(chosenAfter(GOOD)).to.equal('socket');
    expect(chosenAfter(GOOD, failed(BARE))).to.equal('either');
    expect(chosenAfter(failed(GOOD)), 'it was refused').to.equal('either');
  });

  it('[NET-8] is POSTs alone after a socket that was open for 8 s and brought nothing, or two that were not', () => {
    expect([chosenAfter(MUTE), chosenAfter(CUT), chosenAfter(CUT, CUT)]).to.deep.equal(['posts', 'either', 'posts']);
    expect(chosenAfter(GOOD, CUT, CUT), 'where one has worked').to.equal('posts');
    expect(chosenAfter({ ...MUTE, joined: true }), 'one that opened late').to.equal('posts');
    expect(chosenAfter(CUT, BARE, CUT), 'not in a row').to.equal('either');
  });

  it('[NET-8] goes on by POSTs as long as they work', () => {
    expect([chosenAfter(MUTE, BARE), chosenAfter(MUTE, BARE, BARE)]).to.deep.equal(['posts', 'posts']);
    expect(chosenAfter(MUTE, failed(BARE))).to.equal('either');
  });
});
