import { expect } from 'chai';
import { eventually } from '../../support/eventually.ts';
import { Stage } from './stage.ts';
import type { Visitor } from './visitor.ts';

describe('a room that outgrows its mesh', () => {
  let stage: Stage;

  before(async () => {
    stage = await Stage.set({ browsers: 2, flags: ['--history=0'] });
  });
  after(() => stage.clear());

  it('[MESH-1] closes its links at 9 members and opens them again at 6, without a lost message', async () => {
    const said: string[] = [];
    const here: Visitor[] = [];
    const someoneSays = async () => {
      for (const visitor of [here[0], here[here.length - 1]]) {
        const text = `${visitor?.name} says ${said.length}`;
        said.push(text);
        await visitor?.say(text);
      }
    };
    const everyoneIs = async (path: string) => {
      for (const visitor of here) await visitor.sees(path, 20_000);
    };
    for (let n = 1; n <= 8; n += 1) here.push(await stage.enter({ name: `V${n}` }));
    await everyoneIs('direct');
    await someoneSays();
    here.push(await stage.enter({ name: 'V9' }));
    await someoneSays();
    await everyoneIs('relayed');
    await someoneSays();
    for (const visitor of here.splice(6)) await visitor.close();
    await someoneSays();
    await everyoneIs('direct');
    await someoneSays();
    await eventually(async () => {
      for (const visitor of here) expect((await visitor.texts()).toSorted()).to.deep.equal(said.toSorted());
    }, 20_000);
  });
});
