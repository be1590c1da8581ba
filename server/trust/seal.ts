import { hash } from 'node:crypto';
import type { EntryHeader } from '../../protocol/entry.ts';
import type { EntryId, RoomName } from '../../protocol/ids.ts';
import { sealText } from '../../protocol/seal.ts';

/** The id that an entry with this header and payload must have in this room. */
export function entryId(room: RoomName, header: EntryHeader, payload: string): EntryId {
  return sha256(sealText(room, header, sha256(payload))) as EntryId;
}

function sha256(text: string): string {
  return hash('sha256', text, 'base64url');
}
