import { certificateBody } from '../../../protocol/certificate.ts';
import type { RoomName } from '../../../protocol/ids.ts';
import { certificateText } from '../../../protocol/seal.ts';
import { createKeys, identityOf } from '../../../widget/runtime/identity.ts';
import { signWith } from '../../../widget/runtime/keys.ts';
import type { Identity } from '../../../widget/runtime/ports.ts';

const { subtle } = crypto;
const LIFE = 900_000;

/** As much of a relay as certifies keys, in a page. */
export interface PageRelay {
  /** base64url of its raw public key. */
  readonly key: string;
  /** A new replica that it has certified from so many ms on. */
  identify(name: string, from: number): Promise<Identity>;
}

export async function pageRelay(room: RoomName): Promise<PageRelay> {
  const { keys } = await createKeys(subtle);
  const { publicKey } = await identityOf({ keys }, room, subtle);
  return {
    key: publicKey,
    async identify(name, at) {
      const identity = await identityOf(await createKeys(subtle), room, subtle);
      const from = Math.floor(at / 1000) * 1000;
      const who = { key: identity.publicKey, user: undefined, name, role: 'member' } as const;
      const body = certificateBody({ ...who, from, until: from + LIFE });
      identity.certified(`${body}.${await signWith(subtle, keys.privateKey, certificateText(room, body))}`);
      return identity;
    },
  };
}
