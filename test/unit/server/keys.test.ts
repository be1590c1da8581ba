import { expect } from 'chai';
import { PublicKeys } from '../../../server/trust/keys.ts';
import { hostReplica } from '../../../server/trust/replica.ts';

describe('public keys', () => {
  it('[SIG-1] a key is read once while it is in use, and only from its one spelling', () => {
    const keys = new PublicKeys(() => 0, 2);
    const [a, b, c] = [hostReplica(), hostReplica(), hostReplica()];
    const first = keys.read(a.key);
    expect(first?.replica).to.equal(a.replica);
    keys.read(b.key);
    expect(keys.read(a.key)).to.equal(first);
    keys.read(c.key); // b was used longest ago
    expect(keys.read(a.key)).to.equal(first);
    expect(keys.read(b.key)?.replica).to.equal(b.replica);
    for (const bad of ['', 'A', `${a.key}A`, a.key.slice(0, -1), `${a.key}=`, 'B'.repeat(87), 'a.b', '\ud800']) {
      expect(keys.read(bad), bad).to.equal(undefined);
    }
  });
});
