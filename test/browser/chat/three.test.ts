import { expect } from 'chai';
import { eventually } from '../../support/eventually.ts';
import { Stage } from './stage.ts';

describe('three browsers that can all talk directly', () => {
  let stage: Stage;

  before(async () => {
    stage = await Stage.set({ browsers: 2, flags: ['--history=0'] });
  });
  after(() => stage.clear());

  it('[E2E-1] [DEL-8] are linked pair by pair, and need the relay for nothing that is said', async () => {
    const all = [
      await stage.enter({ name: 'Ada' }),
      await stage.enter({ name: 'Ben' }),
      await stage.enter({ name: 'Cyd' }),
    ];
    for (const visitor of all) await visitor.sees('direct');
    const texts = all.map(({ name }) => `${name} is here`);
    for (const visitor of all) await visitor.say(`${visitor.name} is here`);
    await eventually(async () => {
      for (const visitor of all) expect((await visitor.texts()).toSorted()).to.deep.equal(texts);
    });
    for (const visitor of all)
      expect(await visitor.traffic()).to.not.have.any.keys('relay out entry', 'relay in entry');
  });
});
