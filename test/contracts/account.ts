import { expect } from 'chai';
import type { Account } from '../../server/limits/account.ts';
import type { Window } from '../../server/limits/rate.ts';
import { eventually } from '../support/eventually.ts';

export interface AccountUnderTest {
  /** An account of this name, as each process opens one. */
  open(name: string, window: Window): Account;
  close(): Promise<void>;
}

const WINDOW: Window = { points: 10, seconds: 60 };

/** What every account of a limit does, wherever it is kept. */
export function accountContract(name: string, make: () => Promise<AccountUnderTest>): void {
  describe(`account contract: ${name}`, () => {
    let under: AccountUnderTest;

    beforeEach(async () => {
      under = await make();
    });

    afterEach(() => under.close());

    it('[LIM-5] adds up what is spent, also beyond the limit, each key and each name by itself', async () => {
      const account = under.open('one', WINDOW);
      expect((await account.spend('a', 4)).points).to.equal(4);
      expect((await account.spend('a', 5)).points).to.equal(9);
      expect((await account.spend('b', 1)).points).to.equal(1);
      expect((await account.spend('a', 20)).points).to.equal(29);
      expect((await under.open('two', WINDOW).spend('a', 1)).points).to.equal(1);
    });

    it('[LIM-5] says how long the window lasts, from its first spending', async () => {
      const account = under.open('left', WINDOW);
      expect((await account.spend('a', 1)).leftMs).to.be.within(58_000, 60_000);
      expect((await account.spend('a', 1)).leftMs).to.be.within(50_000, 60_000);
    });

    it('[LIM-5] a window that is over is followed by an empty one', async () => {
      const account = under.open('short', { points: 10, seconds: 1 });
      await account.spend('a', 9);
      await eventually(async () => expect((await account.spend('a', 1)).points).to.equal(1), 4_000);
    });

    it('[LIM-5] any text is a key', async () => {
      const account = under.open('keys', WINDOW);
      for (const key of ['', '__proto__', 'a:b', '*', '\u0000\n', 'ü'.repeat(10_000)]) {
        expect((await account.spend(key, 1)).points, key.slice(0, 20)).to.equal(1);
        expect((await account.spend(key, 1)).points, key.slice(0, 20)).to.equal(2);
      }
    });
  });
}
