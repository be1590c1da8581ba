import { expect } from 'chai';
import type { RoomName } from '../../../protocol/ids.ts';
import { createKeys, identityOf, isGenuine } from '../../../widget/runtime/identity.ts';
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
      const identity = await identityOf(await createKeys(signs), ROOM, signs);
      const [sealed] = await identity.seal(null, [MESSAGE]);
      if (!sealed) throw new Error('nothing sealed');
      expect(await isGenuine(checks, ROOM, sealed.entry)).to.equal(true);
      expect(await isGenuine(checks, ROOM, { ...sealed.entry, payload: '{"text":"ho"}' })).to.equal(false);
      expect(await isGenuine(checks, 'other' as RoomName, sealed.entry)).to.equal(false);
    }
  });
});
