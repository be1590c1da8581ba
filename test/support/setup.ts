import type { Context, RootHookObject } from 'mocha';
import './properties.ts';

/** mocha's own limit (.mocharc.json): for browser and network tests, and for hooks that start things. */
const UNSET_MS = 60_000;
/** A test that does not set its own limit gets its folder's. */
const FOLDER_MS: Readonly<Record<string, number>> = {
  unit: 2_000,
  contracts: 5_000,
  attacks: 20_000,
  integration: 20_000,
  property: 30_000,
};

/** Root hooks, loaded before every test file. */
export const mochaHooks: RootHookObject = {
  beforeEach(this: Context) {
    const test = this.currentTest;
    const [, folder = ''] = /[\\/]test[\\/](\w+)[\\/]/.exec(test?.file ?? '') ?? [];
    const limit = FOLDER_MS[folder];
    if (test && limit !== undefined && test.timeout() === UNSET_MS) test.timeout(limit);
  },
};
