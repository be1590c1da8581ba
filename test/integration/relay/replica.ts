import { createECDH, createHash, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import type { Entry, EntryHeader } from '../../../protocol/entry.ts';
import type { EntryId, ReplicaId, RoomName } from '../../../protocol/ids.ts';
import { type JoinReply, parseJoinReply } from '../../../protocol/join.ts';
import { payloadOf } from '../../../protocol/payloads.ts';
import { proofText, sealText, signalText } from '../../../protocol/seal.ts';
import { shapedCertificate, TestAuthority } from '../../support/certificate.ts';
import { RELAY_KEY } from '../../support/relay-key.ts';
import { at, type Message, RawClient } from './bayeux-client.ts';

function sha256(bytes: string | Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}

/** A replica with a key of its own, as our widget is one; built on Node's crypto and the protocol alone. */
export class Replica {
  readonly id: ReplicaId;
  readonly key: string;
  /** By room, as the relay gave them. */
  readonly certificates = new Map<string, string>();
  private readonly privateKey: KeyObject;
  private seq = 0;
  private prev: EntryId | null = null;

  constructor() {
    // Not generateKeyPairSync: it can stop the process (server/trust/replica.ts).
    const pair = createECDH('prime256v1');
    const point = pair.generateKeys();
    const secret = pair.getPrivateKey();
    const d = Buffer.concat([Buffer.alloc(32 - secret.length), secret]).toString('base64url');
    const [x, y] = [point.toString('base64url', 1, 33), point.toString('base64url', 33)];
    this.privateKey = createPrivateKey({ key: { kty: 'EC', crv: 'P-256', x, y, d }, format: 'jwk' });
    this.key = point.toString('base64url');
    this.id = sha256(point).subarray(0, 16).toString('base64url') as ReplicaId;
  }

  /** As if a relay of these tests had certified it for a room at some time. */
  certified(room: string, name = 'Name', now: number = Date.now()): this {
    this.certificates.set(room, new TestAuthority(now, RELAY_KEY).certify(room as RoomName, this.key, name));
    return this;
  }

  proof(room: string, nonce: string, clientId: string): string {
    return this.sign(proofText(room as RoomName, nonce, clientId));
  }

  sign(text: string): string {
    return sign('sha256', Buffer.from(text), { key: this.privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url');
  }

  /** The next entry of this replica; `changes` are made before it is signed. */
  entry(room: string, text: string, changes: Partial<EntryHeader> & { payload?: string } = {}): Entry {
    const { payload = payloadOf({ kind: 'message', text }), ...changed } = changes;
    const clock = [Date.now(), this.seq] as const;
    const header: EntryHeader = {
      ...{ replica: this.id, seq: this.seq + 1, prev: this.prev, clock, kind: 'message' as const },
      ...changed,
    };
    const entry = this.seal(room, header, payload);
    this.seq += 1;
    this.prev = entry.id;
    return entry;
  }

  /** Any header and payload at all, signed with this replica's key. */
  seal(room: string, header: EntryHeader, payload: string): Entry {
    const sealed = sealText(room as RoomName, header, sha256(payload).toString('base64url'));
    const id = sha256(sealed).toString('base64url') as EntryId;
    return { id, ...header, payload, cert: this.certificates.get(room) ?? shapedCertificate(), sig: this.sign(sealed) };
  }
}

/** `ext.natter` of a join. */
export function joinExt(client: RawClient, replica: Replica, room: string, more: object = {}): object {
  return { key: replica.key, proof: replica.proof(room, client.nonce, client.clientId), rtc: true, have: {}, ...more };
}

export async function join(client: RawClient, replica: Replica, room: string, more: object = {}): Promise<JoinReply> {
  const reply = readJoin(await client.subscribe(`/rooms/${room}`, joinExt(client, replica, room, more)));
  replica.certificates.set(room, reply.certificate);
  return reply;
}

export function readJoin(answer: Message): JoinReply {
  const reply = parseJoinReply(at(answer, 'ext', 'natter'));
  if (!reply.ok) throw new Error(`${reply.message}: ${JSON.stringify(answer)}`);
  return reply.value;
}

/** One of our clients, connected and joined. */
export async function joined(
  url: string,
  room: string,
  replica = new Replica(),
  ca?: Buffer,
): Promise<[RawClient, JoinReply, Replica]> {
  const client = await RawClient.connect(url, {}, ca);
  return [client, await join(client, replica, room, { name: `N ${replica.id.slice(0, 4)}` }), replica];
}

/** A signal as one of our clients signs it, from one replica to another. */
export function signalFrame(from: Replica, to: ReplicaId, room: string, signal: object, more: SignalOptions = {}) {
  const { session = 's', fingerprint = '', cert = from.certificates.get(room) ?? '' } = more;
  const header = { room: room as RoomName, from: from.id, to, session, fingerprint };
  const sig = from.sign(signalText(header, sha256(JSON.stringify(signal)).toString('base64url')));
  return { v: 1, kind: 'signal', session, signal, fingerprint, cert, sig } as const;
}

export interface SignalOptions {
  readonly session?: string;
  readonly fingerprint?: string;
  readonly cert?: string;
}

export function publishEntry(client: RawClient, room: string, entry: unknown): Promise<Message> {
  return client.publish(`/rooms/${room}`, { v: 1, entry });
}
