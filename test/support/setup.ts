import type { Context, RootHookObject } from 'mocha';
import './properties.ts';

/** mocha's own limit (.mocharc.json): for browser and network tests, and for hooks that start things. */
const UNSET_MS = 60_000;
/** A test that does not set its own limit gets its folder's. */
const FOLDER_MS: Readonly<Record<string, number>> = {
  unit: 10_000,
  contracts: 20_000,
  attacks: 30_000,
  integration: 30_000,
  property: 30_000,
};
/**
 * What runs browsers, networks and servers is tried twice in CI, whose machine may stall for seconds. reporter.ts
 * says which tests needed it.
 */
const TRIED_TWICE = process.env.CI ? new Set(['attacks', 'browser', 'chaos', 'integration', 'network']) : new Set();

/** Root hooks, loaded before every test file. */
export const mochaHooks: RootHookObject = {
  beforeEach(this: Context) {
    const test = this.currentTest;
    const [, folder = ''] = /[\\/]test[\\/](\w+)[\\/]/.exec(test?.file ?? '') ?? [];
    const limit = FOLDER_MS[folder];
    if (test && limit !== undefined && test.timeout() === UNSET_MS) test.timeout(limit);
    if (test && TRIED_TWICE.has(folder)) test.retries(1);
  },
};
