import { expect } from 'chai';
import type { Entry } from '../../../protocol/entry.ts';
import type { RoomName } from '../../../protocol/ids.ts';
import { createKeys, identityOf } from '../../../widget/runtime/identity.ts';
import { Trust } from '../../../widget/runtime/trust.ts';
import { TestAuthority } from '../../support/certificate.ts';
import { syncSubtle } from '../../support/sync-crypto.ts';

const ROOM = 'lobby' as RoomName;
const MESSAGE = { draft: 'd', seq: 1, clock: [1, 0], kind: 'message', payload: '{"text":"hi"}' } as const;

describe('the synchronous stand-in for WebCrypto', () => {
  it('[SIG-3] signs what WebCrypto takes for genuine, takes what that signs, and nothing that was changed', async () => {
    const { subtle } = globalThis.crypto;
    for (const [signs, checks] of [
      [syncSubtle, subtle],
      [subtle, syncSubtle],
    ] as const) {
      // A key is imported once in a page, by whichever of both asks first.
      const relay = new TestAuthority(1_000, `the secret of a relay ${signs === subtle}`);
      const check = (by: SubtleCrypto, room: RoomName, entry: Entry) =>
        new Trust(by, room, [relay.relayKey]).check(entry);
      const identity = await identityOf(await createKeys(signs), ROOM, signs);
      identity.certified(relay.certify(ROOM, identity.publicKey));
      const [sealed] = await identity.seal(null, [MESSAGE]);
      if (!sealed) throw new Error('nothing sealed');
      expect(await check(checks, ROOM, sealed.entry)).to.be.an('object');
      expect(await check(checks, ROOM, { ...sealed.entry, payload: '{"text":"ho"}' })).to.equal('forged');
      expect(await check(checks, 'other' as RoomName, sealed.entry)).to.equal('foreign');
    }
  });
});
