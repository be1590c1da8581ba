import { expect } from 'chai';
import type { EntryHeader } from '../../../protocol/entry.ts';
import type { RoomName } from '../../../protocol/ids.ts';
import { PublicKeys } from '../../../server/trust/keys.ts';
import { hostReplica } from '../../../server/trust/replica.ts';
import { isSignedBy, sealOf, signSeal } from '../../../server/trust/seal.ts';

describe('seals of one turn of the event loop', () => {
  it('[SIG-1] are signed and checked alike, the few that are done at once and those that go to the pool', async () => {
    const host = hostReplica();
    const key = new PublicKeys().read(host.key)?.key;
    if (!key) throw new Error('no key');
    const seals = Array.from({ length: 20 }, (_, n) => {
      const header: EntryHeader = { replica: host.replica, seq: n + 1, prev: null, clock: [n, 0], kind: 'message' };
      return sealOf('room' as RoomName, header, `{"text":"${n}"}`);
    });
    const signatures = await Promise.all(seals.map((seal) => signSeal(seal, host.privateKey())));
    const check = (shift: number) =>
      Promise.all(seals.map((seal, n) => isSignedBy(seal, key, signatures[(n + shift) % 20] ?? '')));
    expect(await check(0)).to.deep.equal(seals.map(() => true));
    expect(await check(1)).to.deep.equal(seals.map(() => false));
  });
});
