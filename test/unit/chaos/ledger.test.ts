import { expect } from 'chai';
import { type Account, isClean, judge } from '../../chaos/ledger.ts';

/** Two in one room who said one message each, and all is well. */
const ADA: Account = {
  client: 'ada',
  room: 'lobby',
  said: ['a1'],
  acknowledged: ['a1'],
  shown: ['a1', 'b1'],
  twice: [],
};
const BEN: Account = { ...ADA, client: 'ben', said: ['b1'], acknowledged: ['b1'] };

describe('the ledger of the chaos runs', () => {
  it('[CHAOS-1] finds nothing where all show all, once and in one order', () => {
    const verdict = judge([ADA, BEN]);
    expect(verdict.said).to.equal(2);
    expect(isClean(verdict)).to.equal(true);
  });

  it('[CHAOS-1] finds a message that one client does not show, and whether its author was told that it was sent', () => {
    const lost = { client: 'ben', text: 'a1' };
    const sent = judge([ADA, { ...BEN, shown: ['b1'] }]);
    expect([sent.lost, sent.lostThoughSent, isClean(sent)]).to.deep.equal([[lost], [lost], false]);
    const queued = judge([
      { ...ADA, acknowledged: [] },
      { ...BEN, shown: ['b1'] },
    ]);
    expect([queued.lost, queued.lostThoughSent]).to.deep.equal([[lost], []]);
  });

  it('[CHAOS-1] finds what its own author does not show', () => {
    expect(judge([{ ...ADA, shown: ['b1'] }, BEN]).lost).to.deep.equal([{ client: 'ada', text: 'a1' }]);
  });

  it('[CHAOS-1] finds what is shown twice, at the end or at any moment before', () => {
    const atEnd = judge([{ ...ADA, shown: ['a1', 'b1', 'a1'] }, BEN]);
    expect([atEnd.twice, isClean(atEnd)]).to.deep.equal([[{ client: 'ada', text: 'a1' }], false]);
    const before = judge([ADA, { ...BEN, twice: ['b1'] }]);
    expect([before.twice, isClean(before)]).to.deep.equal([[{ client: 'ben', text: 'b1' }], false]);
  });

  it('[CHAOS-1] finds what nobody in the room has said', () => {
    const elsewhere = { ...BEN, room: 'other', shown: ['b1'] };
    const verdict = judge([{ ...ADA, shown: ['a1', 'b1'] }, elsewhere]);
    expect([verdict.unsaid, isClean(verdict)]).to.deep.equal([[{ client: 'ada', text: 'b1' }], false]);
  });

  it('[CHAOS-1] finds what was never shown to its author as sent', () => {
    const verdict = judge([{ ...ADA, acknowledged: [] }, BEN]);
    expect([verdict.unsent, isClean(verdict)]).to.deep.equal([[{ client: 'ada', text: 'a1' }], false]);
  });

  it('[CHAOS-1] finds two orders in one room, also where one of the two lacks a message', () => {
    const verdict = judge([ADA, { ...BEN, shown: ['b1', 'a1'] }]);
    expect([verdict.disordered, isClean(verdict)]).to.deep.equal([['lobby'], false]);
    const all = ['a1', 'b1', 'a2'];
    const ada = { ...ADA, said: ['a1', 'a2'], acknowledged: ['a1', 'a2'], shown: all };
    expect(judge([ada, { ...BEN, shown: ['a1', 'a2'] }]).disordered).to.deep.equal([]);
    expect(judge([ada, { ...BEN, shown: ['a2', 'b1'] }]).disordered).to.deep.equal(['lobby']);
  });
});
