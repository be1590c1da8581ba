import Peer from 'simple-peer';
import type { Frame } from '../../protocol/frames.ts';
import type { IceServer } from '../../protocol/join.ts';
import type { Signal } from '../../protocol/signals.ts';
import type { Observe } from '../runtime/observe.ts';
import type { LinkWire, Platform } from '../runtime/ports.ts';
import { Pulse } from './pulse.ts';
import { relayedOnly } from './relay-only.ts';
import { SignalFilter } from './signals.ts';

/** An attempt that has not opened by then never will (facts of ICE: no answer gives no error), ms. */
const OPENS_WITHIN = 8_000;
/** Three heartbeats, and a second for the last of them to be answered, ms. */
const PULSE = { every: 2_000, again: 2_000, deadAfter: 7_000 };
/** A peer that does not drain this much for this long is as good as gone: bytes, ms. */
const STUCK_BYTES = 1024 * 1024;
const STUCK_AFTER = 10_000;

export interface LinkOptions {
  readonly initiator: boolean;
  readonly ice: readonly IceServer[];
  /** By TURN servers alone: this side's address is not shown, and no other of the other side's is tried. */
  readonly relayOnly: boolean;
  readonly platform: Platform;
  readonly wire: LinkWire;
  /**
   * People carry its one description each way, candidates and all, and take so long at most (ms): nothing that it says
   * later comes anywhere.
   */
  readonly byHand?: number;
}

export interface LinkListener {
  signal(signal: Signal): void;
  opened(): void;
  frame(frame: Frame): void;
  readonly observe: Observe;
  /** Once, whatever ended it. */
  closed(): void;
}

/** One attempt at a DataChannel, and the channel if it opens. Ends once, for good. */
export class Link {
  readonly #peer: Peer.Instance;
  readonly #platform: Platform;
  readonly #wire: LinkWire;
  readonly #listener: LinkListener;
  readonly #filter: SignalFilter;
  readonly #relayOnly: boolean;
  #state: 'opening' | 'open' | 'closed' = 'opening';
  readonly #pulse: Pulse;
  readonly #isByHand: boolean;
  #stuckSince: number | undefined;
  #beats = 0;
  /** When the last ping went, while it has no answer, ms. */
  #askedAt: number | undefined;
  readonly #cancelTimer: () => void;

  constructor(options: LinkOptions, listener: LinkListener) {
    this.#platform = options.platform;
    this.#wire = options.wire;
    this.#listener = listener;
    this.#relayOnly = options.relayOnly;
    this.#isByHand = options.byHand !== undefined;
    this.#filter = new SignalFilter(options.initiator, options.wire.candidates);
    this.#peer = new Peer({
      initiator: options.initiator,
      trickle: options.byHand === undefined,
      config: { iceServers: options.ice.map(toRtc), iceTransportPolicy: options.relayOnly ? 'relay' : 'all' },
    });
    this.#pulse = new Pulse(PULSE, options.platform, { ask: () => this.#ping(), dead: () => this.close() });
    this.#cancelTimer = options.platform.after(options.byHand ?? OPENS_WITHIN, () => this.close());
    this.#peer.on('signal', (signal) => {
      const readable = this.#passable(options.wire.readSignal(signal));
      if (readable) listener.signal(readable);
    });
    this.#peer.on('connect', () => this.#pulse.start());
    this.#peer.on('data', (chunk: unknown) => this.#receive(chunk));
    this.#peer.on('iceStateChange', (state: string) => this.#iceChanged(state));
    // simple-peer reports the other side's goodbye as an error, too: both only mean that the link is over.
    this.#peer.on('error', () => this.close());
    this.#peer.on('close', () => this.close());
  }

  get open(): boolean {
    return this.#state === 'open';
  }

  signal(heard: Signal): void {
    const signal = this.#passable(heard);
    if (this.#state === 'closed' || !signal || !this.#filter.admits(signal)) return;
    try {
      this.#peer.signal(
        signal.type === 'renegotiate' ? { type: 'renegotiate', renegotiate: true } : (signal as Peer.SignalData),
      );
    } catch {
      this.close(); // simple-peer throws on what the browser can't read; this link is lost, the page is not
    }
  }

  send(frame: Frame): boolean {
    return this.#state === 'open' && this.#write(frame);
  }

  #passable(signal: Signal | undefined): Signal | undefined {
    return this.#relayOnly && signal ? relayedOnly(signal) : signal;
  }

  #write(frame: Frame): boolean {
    const text = JSON.stringify(frame);
    const most = this.#wire.messageBytes;
    if (text.length > most / 3 && utf8Length(text) > most) return false;
    try {
      this.#peer.send(text);
      return true;
    } catch {
      this.close(); // the channel's queue is full, or it is closing
      return false;
    }
  }

  close(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#cancelTimer();
    this.#pulse.stop();
    this.#peer.destroy();
    this.#listener.closed();
  }

  /**
   * Once the other side is heard: on lossy paths Chromium opens a channel twice, and what is said on the first of the two
   * comes nowhere.
   */
  #opened(): void {
    if (this.#state !== 'opening') return;
    this.#state = 'open';
    this.#cancelTimer();
    this.#pulse.start();
    this.#listener.opened();
  }

  #receive(chunk: unknown): void {
    this.#opened();
    this.#pulse.heard();
    const text = typeof chunk === 'string' ? chunk : chunk instanceof Uint8Array ? new TextDecoder().decode(chunk) : '';
    const frame = text.length > this.#wire.messageBytes ? undefined : this.#wire.readFrame(text);
    if (!frame) return;
    if ('entry' in frame) this.#listener.frame(frame);
    else if (frame.kind === 'ping') this.send({ v: 1, kind: 'pong', n: frame.n });
    else if (frame.kind === 'bye') this.close();
    else if (frame.kind === 'pong') this.#answered(frame.n);
    else this.#listener.frame(frame);
  }

  #ping(): void {
    const now = this.#platform.now();
    if (this.#isStuck(now)) return this.close();
    if (this.#askedAt !== undefined) this.#listener.observe({ type: 'lost', path: 'link' });
    this.#askedAt = now;
    this.#beats += 1;
    this.#write({ v: 1, kind: 'ping', n: this.#beats });
  }

  #answered(beat: number): void {
    if (this.#askedAt === undefined || beat !== this.#beats) return;
    this.#listener.observe({ type: 'round-trip', path: 'link', ms: this.#platform.now() - this.#askedAt });
    this.#askedAt = undefined;
  }

  #isStuck(now: number): boolean {
    if (this.#peer.bufferSize < STUCK_BYTES) this.#stuckSince = undefined;
    else this.#stuckSince ??= now;
    return this.#stuckSince !== undefined && now - this.#stuckSince > STUCK_AFTER;
  }

  #iceChanged(state: string): void {
    if (state !== 'disconnected' || this.#state !== 'open' || this.#isByHand) return;
    const { _pc: connection, initiator } = this.#peer as unknown as { _pc?: RTCPeerConnection; initiator: boolean };
    if (!initiator || !connection?.restartIce) return;
    connection.restartIce();
    (this.#peer as unknown as { negotiate(): void }).negotiate();
  }
}

function toRtc({ urls, username, credential }: IceServer): RTCIceServer {
  return {
    urls: typeof urls === 'string' ? urls : [...urls],
    ...(username === undefined ? {} : { username }),
    ...(credential === undefined ? {} : { credential }),
  };
}

function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}
