import { expect } from 'chai';
import type { MessageView } from '../../../widget/core/view.ts';
import { actionsFor, mayOf } from '../../../widget/ui/actions-policy.ts';
import { ADA, ME, NOW, says } from '../../browser/gallery/people.ts';
import { BASE } from '../../browser/gallery/views.ts';

function mine(more: Partial<MessageView>): MessageView {
  return says(ME, NOW, 'mine', more);
}

const ALL = { write: true, be: true, moderate: false };
const MUTED = { ...ALL, write: false };
const OUT = { write: false, be: false, moderate: false };
const MODERATOR = { ...ALL, moderate: true };

describe('actions policy', () => {
  const theirs = says(ADA, NOW, 'theirs');

  it('[UI-22] one of my own can be edited and deleted, once it is out reacted to and looked into', () => {
    for (const status of ['sent', 'delivered', 'read'] as const) {
      expect(actionsFor(mine({ status }), ALL)).to.deep.equal(['react', 'edit', 'copy', 'details', 'delete']);
    }
    expect(actionsFor(mine({ status: 'queued' }), ALL)).to.deep.equal(['edit', 'copy', 'delete']);
  });

  it("[UI-22] [MOD-14] [MOD-15] another's can be reacted to, copied, looked into and reported, and its author blocked", () => {
    expect(actionsFor(theirs, ALL)).to.deep.equal(['react', 'copy', 'details', 'report', 'block']);
  });

  it("[MOD-16] a moderator can delete another's, and mute or ban its author unless that is a moderator, too", () => {
    expect(actionsFor(theirs, MODERATOR)).to.deep.equal(['react', 'copy', 'details', 'block', 'mute', 'ban', 'delete']);
    const peer = says({ ...ADA, role: 'moderator' } as typeof ADA, NOW, 'theirs');
    expect(actionsFor(peer, MODERATOR)).to.deep.equal(['react', 'copy', 'details', 'block', 'delete']);
  });

  it('[UI-22] a failed one offers its text, a deleted one nothing', () => {
    expect(actionsFor(mine({ status: 'failed' }), ALL)).to.deep.equal(['copy']);
    expect(actionsFor(mine({ deleted: true }), ALL)).to.deep.equal([]);
    expect(actionsFor({ ...theirs, deleted: true }, ALL)).to.deep.equal([]);
  });

  it('[UI-22] where the room takes nothing from me, nothing is changed but what I take back', () => {
    expect(actionsFor(mine({ status: 'read' }), OUT)).to.deep.equal(['copy', 'details']);
    expect(actionsFor(theirs, OUT)).to.deep.equal(['copy', 'details', 'block']);
    expect(actionsFor(mine({ status: 'read' }), MUTED)).to.deep.equal(['copy', 'details', 'delete']);
  });

  it('[MOD-6] what may be done follows from the view', () => {
    expect(mayOf(BASE)).to.deep.equal(ALL);
    expect(mayOf({ ...BASE, moderates: true })).to.deep.equal(MODERATOR);
    expect(mayOf({ ...BASE, writing: { state: 'slow', until: NOW } })).to.deep.equal(ALL);
    for (const state of ['read-only', 'banned'] as const)
      expect(mayOf({ ...BASE, writing: { state } })).to.deep.equal(MUTED);
    const barred = { code: 'banned', message: '' } as const;
    expect(mayOf({ ...BASE, moderates: true, barred })).to.deep.equal(OUT);
  });
});
