import { isEncryptedRoom } from '../../protocol/encrypted-rooms.ts';
import type { EntryKind } from '../../protocol/entry.ts';
import { isEncryptedKind } from '../../protocol/envelope.ts';
import { isAmong } from '../trust/person.ts';
import type { Room } from './room.ts';

/**
 * Whether what an entry says must be hidden from this relay: then nothing else is taken.
 * @param encryptedRooms rooms that the integrator wants so, besides those whose name says it
 */
export function isToBeEncrypted({ name }: Room, kind: EntryKind, encryptedRooms: readonly string[] = []): boolean {
  return isEncryptedKind(kind) && (isEncryptedRoom(name) || isAmong(encryptedRooms, name));
}
