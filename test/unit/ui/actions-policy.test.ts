import { expect } from 'chai';
import type { MessageView } from '../../../widget/core/view.ts';
import { actionsFor } from '../../../widget/ui/actions-policy.ts';
import { ADA, ME, NOW, says } from '../../browser/gallery/people.ts';

function mine(more: Partial<MessageView>): MessageView {
  return says(ME, NOW, 'mine', more);
}

describe('actions policy', () => {
  const theirs = says(ADA, NOW, 'theirs');

  it('[UI-22] one of my own can be edited and deleted, once it is out reacted to and looked into', () => {
    for (const status of ['sent', 'delivered', 'read'] as const) {
      expect(actionsFor(mine({ status }), true)).to.deep.equal(['react', 'edit', 'copy', 'details', 'delete']);
    }
    expect(actionsFor(mine({ status: 'queued' }), true)).to.deep.equal(['edit', 'copy', 'delete']);
  });

  it("[UI-22] another's can be reacted to, copied and looked into", () => {
    expect(actionsFor(theirs, true)).to.deep.equal(['react', 'copy', 'details']);
  });

  it('[UI-22] a failed one offers its text, a deleted one nothing', () => {
    expect(actionsFor(mine({ status: 'failed' }), true)).to.deep.equal(['copy']);
    expect(actionsFor(mine({ deleted: true }), true)).to.deep.equal([]);
    expect(actionsFor({ ...theirs, deleted: true }, true)).to.deep.equal([]);
  });

  it('[UI-22] where the room takes nothing from me, nothing is changed', () => {
    expect(actionsFor(mine({ status: 'read' }), false)).to.deep.equal(['copy', 'details']);
    expect(actionsFor(theirs, false)).to.deep.equal(['copy', 'details']);
  });
});
