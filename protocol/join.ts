import {
  type EntryFrame,
  isEpoch,
  isOffset,
  type Member,
  parseEntryFrames,
  parseMember,
  parseMembers,
} from './frames.ts';
import { type Have, type HaveRecord, parseHave } from './have.ts';
import { type EntryId, isEntryId } from './ids.ts';
import { isRecord, isText } from './json.ts';
import { LIMITS } from './limits.ts';
import { cleanName } from './names.ts';
import { accept, type Result, refuse } from './result.ts';

/** The last entry a client took from the relay's log. An `id` that does not stand at `offset` means: heal by `have`. */
export interface Cursor {
  readonly epoch: string;
  readonly offset: number;
  readonly id: EntryId;
}

/** What a join says of its client besides who it is. */
export interface JoinNeeds {
  readonly name?: string;
  readonly rtc: boolean;
  readonly cursor?: Cursor;
  readonly have: Have;
}

/**
 * `ext.natter` of a subscription to `/rooms/<room>` by a member without a key, for which the relay hosts a replica. A plain
 * Bayeux client sends nothing at all.
 */
export interface HostedRequest extends JoinNeeds {
  /** A secret of the client's: with the same one its next session goes on as the same replica. */
  readonly host?: string;
  /** The highest number that the client has seen of that replica's. */
  readonly after?: number;
}

/** `ext.natter` of a subscription to `/rooms/<room>`. */
export interface JoinRequest extends JoinNeeds {
  /** base64url of the raw public key (P-256, uncompressed point). */
  readonly key: string;
  /** base64url ECDSA P-256 SHA-256 signature (IEEE P1363) over `proofText` of seal.ts. */
  readonly proof: string;
  /** By a member: a new certificate is all that is wanted. */
  readonly renew?: true;
}

/** What a room's members need to know of the relay's settings. */
export interface RoomSettings {
  /** Entries the relay keeps for this room; 0: history is off. */
  readonly history: number;
  /** How long it keeps them, ms; absent: for ever, as far as is known. */
  readonly age?: number;
  /** Members up to which links form a full mesh. */
  readonly mesh: number;
}

/** An ICE server as RTCPeerConnection takes it. */
export interface IceServer {
  readonly urls: string | readonly string[];
  readonly username?: string;
  readonly credential?: string;
}

/** `ext.natter` of the answer to a join. */
export interface JoinReply {
  readonly self: Member;
  /** Everyone present, self included; in a room of over 100 the first 50. */
  readonly members: readonly Member[];
  readonly count: number;
  /** What the client lacks, in the log's order, at most 200 entries or 256 KiB. */
  readonly entries: readonly EntryFrame[];
  /** With `recovered`: more follows after these. Otherwise: older ones stand before these. */
  readonly more: boolean;
  /** The cursor matched: `entries` go on from it without a gap. */
  readonly recovered: boolean;
  readonly epoch: string;
  /** The last offset given out; 0 for none. */
  readonly offset: number;
  /** The lowest offset still held. */
  readonly floor: number;
  /** What the relay holds (or held, before trimming) of the joining replica and of those its `have` names. */
  readonly have: HaveRecord;
  readonly settings: RoomSettings;
  readonly ice: readonly IceServer[];
  /** How long `ice` may be used from this answer on, ms; absent: without end. Renewing brings it anew. */
  readonly iceLasts?: number;
  readonly certificate: string;
  /** base64url of the raw public key with which the relay signs certificates. */
  readonly relayKey: string;
  /** What members have shown of authors who are not to be believed: pairs of entries that contradict each other. */
  readonly proofs: readonly EntryFrame[];
  /** What moderators have decided and still holds, whether the log still has it or not. */
  readonly rulings: readonly EntryFrame[];
  /** Until when the login holds, ms since 1970 by the relay's clock; absent where it does not end by itself. */
  readonly expires?: number;
}

/** `ext.natter` of the answer to a join that only renews. */
export type Renewal = Pick<JoinReply, 'certificate' | 'relayKey' | 'ice' | 'iceLasts'>;

const KEY = /^[A-Za-z0-9_-]{87}$/;
/** Numbers that a chain may go on after: far from where they would be no whole numbers any more. */
const HIGHEST = 2 ** 40;
/** 128 bits at least. */
const HOST = /^[A-Za-z0-9_-]{22,64}$/;
const PROOF = /^[A-Za-z0-9_-]{86}$/;

/** Reads a join on the relay's side. */
export function parseJoinRequest(value: unknown): Result<JoinRequest> {
  if (!isRecord(value)) return refuse('malformed', 'a join is an object');
  const { key, proof, renew } = value;
  if (!isText(key) || !KEY.test(key)) return refuse('malformed', 'a join brings a P-256 key');
  if (!isText(proof) || !PROOF.test(proof)) return refuse('malformed', 'a join proves its key');
  const needs = parseNeeds(value);
  return needs.ok ? accept({ key, proof, ...needs.value, ...(renew === true ? { renew } : {}) }) : needs;
}

/** Reads the join of a member without a key on the relay's side. */
export function parseHostedRequest(value: unknown): Result<HostedRequest> {
  if (!isRecord(value)) return refuse('malformed', 'a join is an object');
  const { host, after } = value;
  if (host !== undefined && !(isText(host) && HOST.test(host))) return refuse('malformed', 'host is a secret');
  if (after !== undefined && !(isOffset(after) && after <= HIGHEST))
    return refuse('malformed', 'after is a sequence number');
  const needs = parseNeeds(value);
  // Who has no key can't vouch for a link.
  return needs.ok
    ? accept({
        ...needs.value,
        rtc: false,
        ...(host === undefined ? {} : { host }),
        ...(after === undefined ? {} : { after }),
      })
    : needs;
}

function parseNeeds({ name, rtc, cursor, have }: Readonly<Record<string, unknown>>): Result<JoinNeeds> {
  const held = parseHave(have ?? {});
  if (!held.ok) return held;
  const at = cursor === undefined || cursor === null ? undefined : parseCursor(cursor);
  if (at && !at.ok) return at;
  const shown = cleanName(name);
  return accept({
    rtc: rtc === true,
    have: held.value,
    ...(shown === undefined ? {} : { name: shown }),
    ...(at ? { cursor: at.value } : {}),
  });
}

/** Reads the relay's answer on the client's side. */
export function parseJoinReply(value: unknown): Result<JoinReply> {
  if (!isRecord(value)) return refuse('malformed', 'a join reply is an object');
  const self = parseMember(value.self);
  if (!self.ok) return self;
  const members = parseMembers(value.members);
  if (!members.ok) return members;
  const entries = parseEntryFrames(value.entries);
  if (!entries.ok) return entries;
  const have = parseHave(value.have);
  if (!have.ok) return have;
  const proofs = parseEntryFrames(value.proofs);
  if (!proofs.ok) return proofs;
  const rulings = parseEntryFrames(value.rulings ?? [], LIMITS.rulings);
  if (!rulings.ok) return rulings;
  const renewal = parseRenewal(value);
  if (!renewal.ok) return renewal;
  const { count, more, recovered, epoch, offset, floor, settings, expires } = value;
  if (!isOffset(count) || !isOffset(offset) || !isOffset(floor) || !isEpoch(epoch))
    return refuse('malformed', 'join reply numbers');
  if (!isRecord(settings) || !isOffset(settings.history) || !isOffset(settings.mesh))
    return refuse('malformed', 'join reply settings');
  return accept({
    self: self.value,
    members: members.value,
    count,
    entries: entries.value,
    more: more === true,
    recovered: recovered === true,
    epoch,
    offset,
    floor,
    have: Object.fromEntries(have.value),
    settings: {
      history: settings.history,
      mesh: settings.mesh,
      ...(isOffset(settings.age) ? { age: settings.age } : {}),
    },
    ...renewal.value,
    proofs: proofs.value,
    rulings: rulings.value,
    ...(isOffset(expires) ? { expires } : {}),
  });
}

/** Reads the answer to a join that renews, on the client's side. */
export function parseRenewal(value: unknown): Result<Renewal> {
  if (!isRecord(value)) return refuse('malformed', 'a renewal is an object');
  const { certificate, relayKey, ice, iceLasts } = value;
  if (!isText(certificate) || certificate.length > LIMITS.certificateLength || !isText(relayKey) || !KEY.test(relayKey))
    return refuse('malformed', 'a renewal has a certificate and the key that signed it');
  return accept({
    certificate,
    relayKey,
    ice: Array.isArray(ice) ? ice.filter(isIceServer) : [],
    ...(isOffset(iceLasts) ? { iceLasts } : {}),
  });
}

function parseCursor(value: unknown): Result<Cursor> {
  if (!isRecord(value)) return refuse('malformed', 'a cursor is an object');
  const { epoch, offset, id } = value;
  if (!isEpoch(epoch) || !isOffset(offset) || !isEntryId(id))
    return refuse('malformed', 'a cursor has epoch, offset and id');
  return accept({ epoch, offset, id });
}

export function isIceServer(value: unknown): value is IceServer {
  if (!isRecord(value)) return false;
  const { urls, username, credential } = value;
  const list = Array.isArray(urls) ? urls : [urls];
  return (
    list.length > 0 &&
    list.every((url) => isText(url) && /^(?:stun|stuns|turn|turns):/.test(url)) &&
    (username === undefined || isText(username)) &&
    (credential === undefined || isText(credential))
  );
}
