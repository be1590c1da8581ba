import { createHash, type KeyObject, sign } from 'node:crypto';
import type { Entry, EntryHeader } from '../../protocol/entry.ts';
import type { EntryId, ReplicaId, RoomName } from '../../protocol/ids.ts';
import { payloadOf } from '../../protocol/payloads.ts';
import { proofText, sealText } from '../../protocol/seal.ts';
import { hostReplica } from '../../server/trust/replica.ts';

/** A member with a key of its own, as the widget is one: proves it and signs its entries. */
export class Replica {
  readonly key: string;
  readonly id: ReplicaId;
  private readonly room: RoomName;
  private readonly privateKey: KeyObject;
  /** As the relay gave it. */
  certificate = '';
  private seq = 0;
  private prev: EntryId | null = null;

  constructor(room: RoomName) {
    const { replica, key, privateKey } = hostReplica();
    this.room = room;
    this.privateKey = privateKey();
    this.key = key;
    this.id = replica;
  }

  proof(nonce: string, clientId: string): string {
    return this.sign(proofText(this.room, nonce, clientId));
  }

  entry(text: string): Entry {
    const payload = payloadOf({ kind: 'message', text });
    this.seq += 1;
    const header: EntryHeader = {
      ...{ replica: this.id, seq: this.seq, prev: this.prev, clock: [Date.now(), this.seq], kind: 'message' },
    };
    const sealed = sealText(this.room, header, sha256(payload).toString('base64url'));
    this.prev = sha256(sealed).toString('base64url') as EntryId;
    return { id: this.prev, ...header, payload, cert: this.certificate, sig: this.sign(sealed) };
  }

  private sign(text: string): string {
    return sign('sha256', Buffer.from(text), { key: this.privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url');
  }
}

function sha256(bytes: string | Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
