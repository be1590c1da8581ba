import { expect } from 'chai';
import { type Carrier, CarrierChoice, type Past } from '../../../widget/net/carrier.ts';

const PAST: Past = { carrier: 'either', joined: true, openFor: undefined, heard: false };
const GOOD: Past = { ...PAST, openFor: 60_000, heard: true };
const MUTE: Past = { ...PAST, joined: false, openFor: 9_000 };
/** As mute, but it did not last: a relay may have gone just then. */
const CUT: Past = { ...MUTE, openFor: 4_000 };

function after(...pasts: readonly Past[]): Carrier {
  const choice = new CarrierChoice();
  for (const past of pasts) choice.ended(past);
  return choice.next;
}

describe('what carries the next session', () => {
  it('[NET-2] is a socket, or POSTs where none opens', () => {
    expect([after(), after(PAST), after({ ...PAST, joined: false })]).to.deep.equal(['either', 'either', 'either']);
  });

  it('[NET-2] is a socket alone after a session that had one, and either after that has failed', () => {
    expect(after(GOOD)).to.equal('socket');
    expect(after(GOOD, { ...PAST, carrier: 'socket', joined: false })).to.equal('either');
    expect(after({ ...GOOD, joined: false }), 'it was refused').to.equal('either');
  });

  it('[NET-8] is POSTs alone after a socket that was open for 8 s and brought nothing, or two that were not', () => {
    expect([after(MUTE), after(CUT), after(CUT, CUT)]).to.deep.equal(['posts', 'either', 'posts']);
    expect(after(GOOD, { ...CUT, carrier: 'socket' }, CUT), 'where one has worked').to.equal('posts');
    expect(after({ ...MUTE, joined: true }), 'one that opened late').to.equal('posts');
    expect(after(CUT, PAST, CUT), 'not in a row').to.equal('either');
  });

  it('[NET-8] goes on by POSTs as long as they work, and until the network is another one', () => {
    const byPosts: Past = { ...PAST, carrier: 'posts' };
    expect(after(MUTE, byPosts)).to.equal('posts');
    expect(after(MUTE, { ...byPosts, joined: false })).to.equal('either');
    const choice = new CarrierChoice();
    choice.ended(MUTE);
    choice.renewed();
    expect(choice.next).to.equal('either');
    choice.ended(GOOD);
    choice.renewed();
    expect(choice.next).to.equal('socket');
    for (const past of [CUT, CUT]) {
      choice.ended(past);
      choice.renewed();
    }
    expect(choice.next, 'each of another network').to.equal('either');
  });
});
