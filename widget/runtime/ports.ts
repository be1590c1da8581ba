import type { Certificate } from '../../protocol/certificate.ts';
import type { Entry } from '../../protocol/entry.ts';
import type { ControlFrame, EntryFrame, Frame } from '../../protocol/frames.ts';
import type { HaveRecord } from '../../protocol/have.ts';
import type { EntryId, ReplicaId, RoomName } from '../../protocol/ids.ts';
import type { Cursor, IceServer, JoinReply, Renewal } from '../../protocol/join.ts';
import type { RefusalCode } from '../../protocol/refusals.ts';
import type { Result } from '../../protocol/result.ts';
import type { SignalHeader } from '../../protocol/seal.ts';
import type { Signal } from '../../protocol/signals.ts';
import type { RelayChannel, StoreChange } from '../core/effects.ts';
import type { Numbered } from '../core/outbox.ts';
import type { Snapshot } from '../core/state.ts';
import type { Observe } from './observe.ts';

export type { Meta, RelayChannel, StoreChange } from '../core/effects.ts';
// net, store and ui know the core by these words alone.
export type { Logged } from '../core/log.ts';
export type { Outgoing } from '../core/outbox.ts';
export { RECONNECT_HIDDEN, RECONNECT_VISIBLE, retryDelay } from '../core/retry.ts';
export type { Snapshot } from '../core/state.ts';
export { LOG_WINDOW } from '../core/window.ts';

/** Time and chance; the composition root passes the browser's, tests pass their own. */
export interface Platform {
  /** Wall clock, ms since 1970. */
  now(): number;
  /** Uniform in [0, 1). */
  random(): number;
  /** 128 random bits as 22 characters of base64url. */
  randomId(): string;
  /** Calls back once after `ms`; returns its cancel. */
  after(ms: number, run: () => void): () => void;
}

/** A replica's key and what only it can do. The private key never leaves it. */
export interface Identity {
  readonly replica: ReplicaId;
  /** base64url of the raw public key. */
  readonly publicKey: string;
  /** base64url signature over a text (P-256, SHA-256, IEEE P1363). */
  sign(text: string): Promise<string>;
  /** Takes the relay's certificate for this key, and from then on writes with it; undefined for what is none. */
  certified(certificate: string): Certificate | undefined;
  /** The newest; undefined before the relay has given one. */
  certificate(): string | undefined;
  /** The same entry with the newest certificate, where that holds when it was written: the relay's key may be new. */
  recertified(entry: Entry): Entry;
  /** Gives numbered messages their ids, each chained to the one before. Rejects before there is a certificate. */
  seal(prev: EntryId | null, messages: readonly Numbered[]): Promise<readonly { draft: string; entry: Entry }[]>;
}

/** Key material as a store keeps it: opaque to everything but identity.ts. */
export interface StoredIdentity {
  readonly keys: CryptoKeyPair;
  /** Keys with which the room's relay signs or has signed, the newest first. */
  readonly relays?: readonly string[];
}

/**
 * Where a room outlives the page. Every call may reject (private mode, quota, blocked, wiped); the runtime then goes on
 * in memory.
 */
export interface Store {
  load(): Promise<StoredRoom>;
  saveIdentity(identity: StoredIdentity): Promise<void>;
  /** Applies changes in order, all or none; resolves once they are durable (`strict`) or taken (`relaxed`). */
  write(changes: readonly StoreChange[], durability: 'strict' | 'relaxed'): Promise<void>;
  saveComposer(text: string): Promise<void>;
  close(): Promise<void>;
}

export interface StoredRoom {
  readonly identity: StoredIdentity | undefined;
  readonly snapshot: Snapshot | undefined;
  /** Unsent text of the composer. */
  readonly composer: string;
}

/** What a client tells the relay of itself each time it joins. */
export interface JoinHello {
  readonly name: string;
  readonly rtc: boolean;
  readonly have: HaveRecord;
  readonly cursor: Cursor | undefined;
}

/** What the relay path knows of the visitor's login. */
export interface TokenSource {
  /** The token; undefined: a guest. Asks the page where there is none, or only the one that was refused. May reject. */
  token(refused?: string): Promise<string | undefined>;
  /** The next token, before this one expires. May reject. */
  renew(): Promise<string | undefined>;
  /** Calls back when the page gives another one; returns its unsubscribe. */
  watch(changed: () => void): () => void;
}

export interface RelayEvents {
  /** `now`: the relay's wall clock as of this instant. */
  joined(reply: JoinReply, now: number): void;
  /** `retryAt`: when the next try begins; absent while one is under way. */
  down(retryAt?: number): void;
  /** The relay will not have this client; no further try is made before `reconnect`. */
  barred(code: RefusalCode, message: string): void;
  /** The relay has renewed this replica's certificate. */
  renewed(renewal: Renewal): void;
  frame(frame: Frame): void;
  acked(id: EntryId): void;
  refused(id: EntryId, code: RefusalCode, retryAfter: number | undefined): void;
  /** What is not an entry was refused for a while, ms. */
  slowed(retryAfter: number): void;
  traffic(direction: 'in' | 'out', kind: string): void;
}

/** The path through the relay: connects, joins, and keeps at it until stopped. */
export interface RelayPath {
  start(): void;
  /** Sends a frame if the relay is joined; entries are answered by `acked` or `refused`, the rest by nothing. */
  publish(channel: RelayChannel, frame: EntryFrame | ControlFrame): void;
  /** Tries now: the visitor asked, or the network came back. Replaces a connection that does not answer at once. */
  reconnect(): void;
  /** Joins again on the same session, to bring a new name. */
  rejoin(): void;
  /** Asks for a new certificate, and changes nothing else. */
  renew(): void;
  /** A hidden page retries less often. */
  setVisible(visible: boolean): void;
  /** Ends the session so that others see the leave at once; `silent`: another tab goes on, nobody is to see one. */
  stop(silent?: boolean): Promise<void>;
}

export interface LinkEvents {
  opened(replica: ReplicaId): void;
  closed(replica: ReplicaId): void;
  frame(replica: ReplicaId, frame: Frame): void;
  /** To be carried to the replica by the relay. */
  signal(replica: ReplicaId, frame: ControlFrame): void;
  readonly observe: Observe;
}

/** The direct paths: DataChannels to other replicas. */
export interface LinkPaths {
  /** Keeps links with these replicas; tries the `fresh` ones at once. Where the mesh is not open, drops every link. */
  want(replicas: readonly ReplicaId[], fresh: readonly ReplicaId[], meshOpen: boolean): void;
  signalled(from: ReplicaId, frame: ControlFrame): void;
  send(replica: ReplicaId, frame: Frame): void;
  /** Closes a link whose other side misbehaves; it may be tried again later. */
  drop(replica: ReplicaId): void;
  /** The network has changed or come back: what is not open is tried at once. */
  retryNow(): void;
  /** The relay takes no more signals for so long, ms: no attempt begins until then. */
  rest(ms: number): void;
  setIce(servers: readonly IceServer[]): void;
  close(): void;
}

/** What links need of the wire. Their chunk comes later than the rest and takes nothing else from it. */
export interface LinkWire {
  readFrame(text: string): Frame | undefined;
  readSignal(value: unknown): Signal | undefined;
  readonly keys: LinkKeys;
  fingerprintOf(sdp: string): string | undefined;
  signalText(header: SignalHeader, hash: string): string;
  /** Delay before the next attempt after so many failures, ms. */
  retryDelay(failures: number): number;
  /** Bounds: bytes of a message on a DataChannel, candidates of one link session. */
  readonly messageBytes: number;
  readonly candidates: number;
  /** How long a link outlives its peer's certificate, ms. */
  readonly alone: number;
}

/** How signals show who says them. */
export interface LinkKeys {
  readonly room: RoomName;
  /** base64url SHA-256 of a text's UTF-8 bytes. */
  hash(text: string): Promise<string>;
  /** Signs a text with this replica's key; undefined before the relay has certified that. */
  sign(text: string): Promise<{ readonly cert: string; readonly sig: string } | undefined>;
  /** Whether this replica has signed the text, with a certificate that is valid now: then until when (local ms). */
  vouch(from: ReplicaId, cert: string, text: string, sig: string): Promise<Result<number>>;
}

export type OpenLinks = (self: ReplicaId, events: LinkEvents, platform: Platform, wire: LinkWire) => LinkPaths;
