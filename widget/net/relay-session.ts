import { presenceChannel, replicaChannel, roomChannel } from '../../protocol/channels.ts';
import { type ControlFrame, type EntryFrame, type Frame, isEntryFrame, parseFrame } from '../../protocol/frames.ts';
import { type HandshakeReply, parseHandshakeReply } from '../../protocol/handshake.ts';
import { type EntryId, isEntryId, type ReplicaId, type RoomName } from '../../protocol/ids.ts';
import { type JoinReply, parseJoinReply, parseRenewal, type Renewal } from '../../protocol/join.ts';
import { isRecord } from '../../protocol/json.ts';
import type { Body } from '../../protocol/payloads.ts';
import { type RefusalCode, readRefusalCode } from '../../protocol/refusals.ts';
import { proofText } from '../../protocol/seal.ts';
import type { Identity, JoinHello, Platform, RelayChannel } from '../runtime/ports.ts';
import type { Carrier, Past } from './carrier.ts';
import { type BayeuxClient, type BayeuxMessage, openBayeux } from './faye.ts';
import { Pulse } from './pulse.ts';

/** An empty batch each way shows that the socket lives, ms. */
const PULSE = { every: 6_000, again: 1_500, deadAfter: 9_000 };
/** A check that somebody waits for (the network came back) is answered within this, ms. */
const PROBE_ANSWERED_WITHIN = 3_000;
/** From the handshake's answer to the join's, ms. */
const JOINED_WITHIN = 12_000;

export interface SessionEvents {
  joined(reply: JoinReply, now: number): void;
  renewed(renewal: Renewal): void;
  frame(frame: Frame): void;
  acked(id: EntryId): void;
  refused(id: EntryId, code: RefusalCode, retryAfter: number | undefined): void;
  said(draft: string, id: EntryId): void;
  unsaid(draft: string, code: RefusalCode, retryAfter: number | undefined): void;
  traffic(direction: 'in' | 'out', kind: string): void;
  /** What is not an entry was refused for a while, ms. */
  slowed(retryAfter: number): void;
  /** The session is over; `barred` where the relay said no for a lasting reason, `retryAfter` (ms) where it said when to come. */
  ended(barred?: { readonly code: RefusalCode; readonly message: string }, retryAfter?: number): void;
}

/** An entry of this client's own making, or what the relay is to make one of. */
type Publishing = { readonly type: 'entry'; readonly id: EntryId } | { readonly type: 'plain'; readonly draft: string };

export interface SessionOptions {
  readonly endpoint: string;
  readonly room: RoomName;
  readonly identity: Identity;
  readonly platform: Platform;
  /** Undefined: a guest's. */
  readonly token: string | undefined;
  /** How long the answer to the handshake may take, ms. */
  readonly patience: number;
  readonly carrier: Carrier;
  hello(): JoinHello;
}

/** One session with the relay, from handshake to its end. It is never revived. */
export class RelaySession {
  readonly #options: SessionOptions;
  readonly #events: SessionEvents;
  readonly #client: BayeuxClient;
  /** What awaits the relay's answer, by Bayeux message id. */
  readonly #pending = new Map<string, Publishing>();
  readonly #publishing = new WeakMap<object, Publishing>();
  /** What the socket brought before the answer to the join, which may still come by the POST that asked for it. */
  readonly #early: Frame[] = [];
  #handshake: (HandshakeReply & { readonly heardAt: number }) | undefined;
  #join: Record<string, unknown> | undefined;
  #socket: WebSocket | undefined;
  #openedAt = 0;
  /** The socket has brought something. */
  #heard = false;
  /** It has opened after the join was sent. */
  #isLate = false;
  readonly #pulse: Pulse;
  #cancelDeadline: () => void;
  #state: 'joining' | 'joined' | 'ended' = 'joining';

  constructor(options: SessionOptions, events: SessionEvents) {
    this.#options = options;
    this.#events = events;
    this.#pulse = new Pulse(PULSE, options.platform, { ask: () => this.#ask(), dead: () => this.end() });
    this.#client = openBayeux(options.endpoint, options.carrier, {
      outgoing: (message) => this.#outgoing(message),
      incoming: (message) => this.#incoming(message),
      socketOpened: (socket) => this.#watch(socket),
      socketHeard: () => {
        this.#heard = true;
        this.#pulse.heard();
      },
      failed: () => this.end(),
      rejected: (body) => this.#rejected(body),
    });
    this.#cancelDeadline = options.platform.after(options.patience, () => this.end());
    this.#client.connect(() => void this.join());
  }

  /**
   * Joins the room, or joins again: proves the key over this session's nonce and brings name, cursor and `have`.
   * @param token the next one, which carries the session on
   */
  async join(token?: string): Promise<void> {
    const { room, identity, hello } = this.#options;
    const proven = await this.#proven();
    if (!proven) return; // the join that follows the handshake brings what is new
    this.#join = { ...proven, token, ...hello() };
    if (this.#state === 'joined') {
      this.#client.subscribe(roomChannel(room), () => undefined); // the first subscription's listener still stands
      return;
    }
    const listen = (value: unknown) => this.#receive(value);
    // Sent together: the relay runs them in order, so nobody who sees the join can speak before the rest stands.
    this.#client.subscribe(roomChannel(room), listen);
    this.#client.subscribe(presenceChannel(room), listen);
    if (identity.host === undefined) this.#listenAs(identity.replica);
  }

  #listenAs(replica: ReplicaId): void {
    this.#client.subscribe(replicaChannel(this.#options.room, replica), (value) => this.#receive(value));
  }

  /** Asks for a new certificate: a join that brings and changes nothing else. */
  async renew(): Promise<void> {
    if (this.#options.identity.host !== undefined) return; // the relay certifies whom it hosts by itself
    const proven = this.#state === 'joined' ? await this.#proven() : undefined;
    if (!proven) return;
    this.#join = { ...proven, renew: true };
    this.#client.subscribe(roomChannel(this.#options.room), () => undefined);
  }

  /** What shows the relay as whom this client joins. */
  async #proven(): Promise<Record<string, string> | undefined> {
    const { room, identity } = this.#options;
    const handshake = this.#handshake;
    if (!handshake || this.#state === 'ended') return undefined;
    if (identity.host !== undefined) return { host: identity.host };
    const proof = await identity.sign(proofText(room, handshake.nonce, this.#client.clientId()));
    return { key: identity.publicKey, proof };
  }

  publish(to: RelayChannel, frame: EntryFrame | ControlFrame): void {
    if (this.#state !== 'joined') return;
    const { room } = this.#options;
    const wire = { ...frame };
    if (isEntryFrame(frame)) this.#publishing.set(wire, { type: 'entry', id: frame.entry.id });
    this.#events.traffic('out', isEntryFrame(frame) ? 'entry' : frame.kind);
    this.#client.publish(
      to === 'room' ? roomChannel(room) : to === 'presence' ? presenceChannel(room) : replicaChannel(room, to),
      wire,
    );
  }

  say(draft: string, body: Body): void {
    if (this.#state !== 'joined') return;
    const wire = { ...body, draft };
    this.#publishing.set(wire, { type: 'plain', draft });
    this.#events.traffic('out', 'entry');
    this.#client.publish(roomChannel(this.#options.room), wire);
  }

  /** What it tells of the network, at its end. */
  past(joined: boolean): Past {
    const openFor = this.#socket && this.#options.platform.now() - this.#openedAt;
    return { joined, openFor, heard: this.#heard };
  }

  /** Asks for a sign of life now; ends the session if none comes. */
  probe(): void {
    if (this.#state === 'joined') this.#pulse.probe(PROBE_ANSWERED_WITHIN);
  }

  /** Says goodbye, then ends. */
  async leave(): Promise<void> {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#pulse.stop();
    this.#cancelDeadline();
    if (!this.#handshake) return this.#client.kill();
    this.#client.leave();
    await new Promise<void>((resolve) => this.#options.platform.after(100, resolve));
    this.#client.kill();
  }

  end(barred?: { readonly code: RefusalCode; readonly message: string }, retryAfter?: number): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#pulse.stop();
    this.#cancelDeadline();
    this.#client.kill();
    this.#events.ended(barred, retryAfter);
  }

  #outgoing(message: BayeuxMessage): void {
    const { room } = this.#options;
    if (message.channel === '/meta/handshake') {
      message.ext = { natter: { name: this.#options.hello().name, token: this.#options.token } };
      return;
    }
    const natter: Record<string, unknown> = { session: this.#handshake?.session };
    if (message.channel === '/meta/subscribe' && message.subscription === roomChannel(room))
      Object.assign(natter, this.#join);
    message.ext = { natter };
    const publishing = isRecord(message.data) ? this.#publishing.get(message.data) : undefined;
    if (publishing && message.id !== undefined) this.#pending.set(message.id, publishing);
  }

  #incoming(message: BayeuxMessage): void {
    if (message.successful === undefined) return;
    const natter = isRecord(message.ext) && isRecord(message.ext.natter) ? message.ext.natter : {};
    if (message.successful === false) this.#refused(message, natter);
    else if (message.channel === '/meta/handshake') this.#greeted(natter);
    else if (message.channel === '/meta/subscribe' && message.subscription === roomChannel(this.#options.room)) {
      this.#joined(natter);
    } else this.#acked(message.id, natter.id);
  }

  #greeted(natter: unknown): void {
    const reply = parseHandshakeReply(natter);
    const { platform } = this.#options;
    if (!reply.ok) return this.end();
    this.#handshake = { ...reply.value, heardAt: platform.now() };
    this.#cancelDeadline();
    this.#cancelDeadline = platform.after(JOINED_WITHIN, () => this.end());
  }

  #joined(natter: unknown): void {
    const handshake = this.#handshake;
    if (this.#state === 'ended') return;
    if (this.#state === 'joined' && isRecord(natter) && natter.self === undefined) return this.#renewed(natter);
    const reply = parseJoinReply(natter);
    if (!reply.ok || !handshake) {
      this.end();
      return;
    }
    const isHosted = this.#options.identity.host !== undefined;
    if (isHosted && this.#state === 'joining') this.#listenAs(reply.value.self.replica);
    this.#state = 'joined';
    this.#cancelDeadline();
    this.#events.joined(reply.value, handshake.now + this.#options.platform.now() - handshake.heardAt);
    for (const frame of this.#early.splice(0)) this.#events.frame(frame);
    this.#moveToSocket();
  }

  #renewed(natter: unknown): void {
    const renewal = parseRenewal(natter);
    if (renewal.ok) this.#events.renewed(renewal.value);
  }

  #refused(message: BayeuxMessage, natter: Readonly<Record<string, unknown>>): void {
    const code = readRefusalCode(natter.code);
    const text = typeof natter.message === 'string' ? natter.message : (message.error ?? '');
    const retryAfter = readRetryAfter(natter);
    const isAgain = this.#state === 'joined' && message.channel === '/meta/subscribe';
    if (isAgain && retryAfter !== undefined) this.#options.platform.after(retryAfter, () => void this.join());
    else if (message.channel.startsWith('/meta/'))
      this.end(isLasting(code) ? { code, message: text } : undefined, retryAfter);
    else if (retryAfter !== undefined && !this.#pending.has(message.id ?? '')) this.#events.slowed(retryAfter);
    const publishing = this.#settled(message.id);
    if (publishing?.type === 'entry') this.#events.refused(publishing.id, code, retryAfter);
    if (publishing?.type === 'plain') this.#events.unsaid(publishing.draft, code, retryAfter);
    if (code === 'unknown_session' || code === 'not_a_member' || code === 'wrong_secret') this.end();
  }

  /** The body is a Bayeux answer of one refusal, where the relay itself refused; a proxy's is anything. */
  #rejected(body: unknown): void {
    const first: unknown = Array.isArray(body) ? body[0] : undefined;
    const ext = isRecord(first) && isRecord(first.ext) ? first.ext : {};
    const natter = isRecord(ext.natter) ? ext.natter : {};
    const code = readRefusalCode(natter.code);
    this.end(isLasting(code) ? { code, message: String(natter.message) } : undefined, readRetryAfter(natter));
  }

  #acked(messageId: string | undefined, id: unknown): void {
    const publishing = this.#settled(messageId);
    if (publishing?.type === 'entry') this.#events.acked(publishing.id);
    if (publishing?.type === 'plain' && isEntryId(id)) this.#events.said(publishing.draft, id);
  }

  #settled(messageId: string | undefined): Publishing | undefined {
    const publishing = messageId === undefined ? undefined : this.#pending.get(messageId);
    if (messageId !== undefined) this.#pending.delete(messageId);
    return publishing;
  }

  #receive(value: unknown): void {
    const frame = parseFrame(value);
    if (!frame.ok || !frame.value || this.#state === 'ended') return;
    this.#events.traffic('in', isEntryFrame(frame.value) ? 'entry' : frame.value.kind);
    if (this.#state === 'joined') this.#events.frame(frame.value);
    else this.#early.push(frame.value);
  }

  #watch(socket: WebSocket): void {
    this.#socket = socket;
    this.#openedAt = this.#options.platform.now();
    this.#pulse.start();
    this.#isLate = this.#join !== undefined;
    this.#moveToSocket();
  }

  /** A socket carries the session once something was said on it: one that opened after the join would be taken for idle. */
  #moveToSocket(): void {
    if (!this.#isLate || this.#state !== 'joined') return;
    this.#isLate = false;
    void this.join();
  }

  #ask(): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send('[]');
  }
}

/** No relay sends anyone away for longer, ms: whoever says so is believed for an hour. */
const LONGEST = 3_600_000;

function readRetryAfter({ retryAfter }: Readonly<Record<string, unknown>>): number | undefined {
  return typeof retryAfter === 'number' && retryAfter >= 0 ? Math.min(retryAfter, LONGEST) : undefined;
}

/** Refusals that a new session would only meet again. */
function isLasting(code: RefusalCode): boolean {
  return /^(?:guests_off|banned|room_locked|origin|(?:channel|room)_forbidden|bad_proof|malformed|token_\w+)$/.test(
    code,
  );
}
