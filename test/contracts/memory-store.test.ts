import { expect } from 'chai';
import { memoryStore } from '../support/memory-store.ts';
import { STORED, storeScenario } from './store.ts';

describe('the store contract in memory', () => {
  it('[STORE-1] [STORE-4] keeps a room for as long as the page lives', async () => {
    const store = memoryStore();
    const found = await storeScenario({ reopen: async () => ({ ...store, close: async () => undefined }) });
    expect(found).to.deep.equal(STORED);
  });
});
