import type { ReplicaId, RoomName } from '../protocol/ids.ts';
import { plainIdentity } from './runtime/plain-identity.ts';
import { PlainTrust } from './runtime/plain-trust.ts';
import type { Speaker } from './speaker.ts';
import { sessionStore } from './store/session.ts';

/**
 * Somebody without a key, on a page without WebCrypto: the relay signs for them, and is believed.
 *
 * @param randomId 22 random characters of base64url
 */
export function plainSpeaker(place: string, room: RoomName, randomId: () => string): Speaker {
  const { store, stored, durable, host, replica, renew } = sessionStore(place, randomId());
  // Until the relay has named one, any will do: nobody hears of it.
  const provisional = () => randomId() as ReplicaId;
  const newIdentity = async () => {
    const next = randomId();
    renew(next);
    return plainIdentity(next, provisional());
  };
  const identity = plainIdentity(host, replica ?? provisional());
  return { store, stored, durable, identity, newIdentity, trust: new PlainTrust(room) };
}
