import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';

/** Every few thousandth pair made by `generateKeyPairSync` and exported as JWK stops a process with so small a heap. */
const PAIRS = 10_000;
const DEADLINE_MS = 30_000;

describe('a hosted replica', () => {
  it('[ROOM-18] is made however often garbage is collected', async () => {
    const module = fileURLToPath(new URL('../../../server/trust/replica.ts', import.meta.url));
    const make = `const { hostReplica } = await import('${module}');
      const ids = new Set();
      for (let n = 0; n < ${PAIRS}; n += 1) ids.add(hostReplica().replica);
      console.log(ids.size);`;
    const flags = ['--max-semi-space-size=1', '--import=tsx', '--input-type=module', '-e', make];
    const limit = { timeout: DEADLINE_MS, killSignal: 'SIGKILL' } as const;
    const { stdout } = await promisify(execFile)(process.execPath, flags, limit);
    expect(Number(stdout)).to.equal(PAIRS);
  }).timeout(DEADLINE_MS + 5_000);
});
