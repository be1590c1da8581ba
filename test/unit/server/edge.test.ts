import { expect } from 'chai';
import type { PollCarrier } from '../../../server/bayeux/carrier.ts';
import type { Reply } from '../../../server/bayeux/replies.ts';
import { Edge } from '../../../server/redis/edge.ts';

const POLL: PollCarrier = {
  ...{ type: 'poll', guests: true, address: undefined },
  isOpen: () => true,
  onClose: () => undefined,
};

describe('an edge that looks after its homes', () => {
  it('[NODE-4] gives up what it asked of one that has died, and nothing that it asked of another meanwhile', async () => {
    let answer: (alive: ReadonlySet<string>) => void = () => undefined;
    const edge = new Edge({
      node: 'here',
      homeOf: () => undefined,
      isUp: () => true,
      send: async () => 1,
      release: () => undefined,
      alive: () => new Promise((resolve) => (answer = resolve)),
    });
    const answers: string[] = [];
    const ask = async (home: string) => {
      const message = { type: 'connect', id: '1', natter: undefined, clientId: 'c', hold: undefined } as const;
      const replies: readonly Reply[] = await edge.forward(home, message, POLL, true);
      answers.push(`${home} ${/unknown_session/.test(JSON.stringify(replies)) ? 'lost' : 'answered'}`);
    };
    const asked = [ask('dying'), ask('well')];
    const looked = edge.look();
    asked.push(ask('turned to meanwhile'));
    answer(new Set(['well']));
    await looked;
    await asked[0];
    for (const number of [2, 3]) edge.answered(number, { type: 'answer', ask: number, replies: [] });
    await Promise.all(asked);
    expect(answers).to.deep.equal(['dying lost', 'well answered', 'turned to meanwhile answered']);
  });
});
