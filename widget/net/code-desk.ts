import {
  type Code,
  type CodeKind,
  codeBody,
  hasExpired,
  readCode,
  roomTag,
  type SignedCode,
  writeCode,
} from '../../protocol/codes.ts';
import { readDescription, writeDescription } from '../../protocol/descriptions.ts';
import type { Author, Frame } from '../../protocol/frames.ts';
import type { ReplicaId } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { accept, type Refused, type Result, refuse } from '../../protocol/result.ts';
import { codeText } from '../../protocol/seal.ts';
import type { Signal } from '../../protocol/signals.ts';
import type { CodeReply, CodeRequest, LinkEvents, LinkWire, Platform } from '../runtime/ports.ts';
import type { Link, LinkListener, LinkOptions } from './link.ts';

/** How long an invitation holds, ms: somebody must read it, answer and be answered. */
const HOLDS_FOR = 60 * 60_000;
/** How long a link may take once both sides have what they need, ms. */
const OPENS_WITHIN = 20_000;
/** Candidates are waited for so long, ms. */
const GATHERED_WITHIN = 6_000;
/** Codes under way at once, and links whose codes are remembered as used. */
const UNDER_WAY = 8;
const REMEMBERED = 256;

type Peer = Author & { readonly replica: ReplicaId };

/** What a code is to be good for. */
interface Terms {
  readonly kind: CodeKind;
  readonly session: string;
  /** By this client's own clock, and by the inviter's, which stands in both codes, ms. */
  readonly until: number;
  readonly ends: number;
  readonly peer?: Peer;
}

/** A link that two people's codes open. */
interface Making {
  readonly kind: CodeKind;
  readonly session: string;
  /** By this client's own clock, ms. */
  readonly until: number;
  readonly link: Link;
  /** The invitation's maker learns it with the answer. */
  peer: Peer | undefined;
  readonly ended: Promise<Result<CodeReply>>;
  end(outcome: Result<CodeReply>): void;
}

export interface CodeDeskOptions {
  readonly self: ReplicaId;
  readonly platform: Platform;
  readonly wire: LinkWire;
  readonly observe: LinkEvents['observe'];
  openLink(options: LinkOptions, listener: LinkListener): Link;
  /** Why no link with this replica is wanted; with nobody in particular where it is undefined. */
  refuses(replica?: ReplicaId): Refused | undefined;
  /** The inviter's clock minus the platform's, ms. */
  ahead(): number;
  opened(replica: ReplicaId, link: Link, kind: CodeKind): void;
  frame(replica: ReplicaId, frame: Frame): void;
  closed(replica: ReplicaId, link: Link): void;
}

/** Makes and reads the codes by which two people link without a relay (protocol/codes.ts). */
export class CodeDesk {
  readonly #options: CodeDeskOptions;
  readonly #making = new Map<string, Making>();
  /** Links whose codes have done what they can. */
  readonly #used = new Set<string>();

  constructor(options: CodeDeskOptions) {
    this.#options = options;
  }

  handle(request: CodeRequest): Promise<Result<CodeReply>> {
    switch (request.type) {
      case 'invite':
        return this.#invite();
      case 'take':
        return this.#take(request.kind, request.text);
      case 'await':
        return this.#making.get(request.session)?.ended ?? Promise.resolve(refuse('code_unknown', 'not under way'));
    }
  }

  close(): void {
    for (const { link } of this.#making.values()) link.close();
  }

  async #invite(): Promise<Result<CodeReply>> {
    const { platform, refuses, ahead } = this.#options;
    const no = refuses() ?? this.#crowded();
    if (no) return no;
    const until = platform.now() + HOLDS_FOR;
    const ends = Math.floor((until + ahead()) / 1000) * 1000;
    return this.#make({ kind: 'invitation', session: platform.randomId(), until, ends });
  }

  async #take(kind: CodeKind, text: string): Promise<Result<CodeReply>> {
    const code = readCode(text);
    if (!code.ok) return code;
    if (code.value.kind !== kind) return refuse('code_kind', 'the other kind of code');
    const peer = await this.#signerOf(code.value);
    if (!peer.ok) return peer;
    const no = this.#options.refuses(peer.value.replica);
    if (no) return no;
    return kind === 'invitation' ? this.#answer(code.value, peer.value) : this.#complete(code.value, peer.value);
  }

  /** Who has signed it, for this room and in time. */
  async #signerOf(code: SignedCode): Promise<Result<Peer>> {
    const { self, platform, wire, ahead } = this.#options;
    const { keys } = wire;
    if (code.room !== roomTag(keys.room)) return refuse('code_room', 'of another room');
    const peer = await keys.whose(code.card);
    if (!peer) return refuse('code_altered', 'not its holder’s card');
    const signed = await keys.vouch(peer.replica, code.card, codeText(keys.room, code.body), code.sig);
    if (!signed.ok) return refuse('code_altered', 'not signed by its holder');
    if (peer.replica === self) return refuse('code_own', 'from here');
    if (hasExpired(code, platform.now() + ahead(), LIMITS.clockAhead)) return refuse('code_expired', 'too late');
    return accept(peer);
  }

  #answer({ session, description, until }: SignedCode, peer: Peer): Promise<Result<CodeReply>> {
    const { platform } = this.#options;
    if (this.#used.has(session) || this.#making.has(session)) return Promise.resolve(used());
    const no = this.#crowded();
    if (no) return Promise.resolve(no);
    // By a clock that may be another than this one.
    const holds = Math.min(Math.max(until, platform.now() + OPENS_WITHIN), platform.now() + HOLDS_FOR);
    const sdp = writeDescription('offer', description);
    return this.#make({ kind: 'answer', session, until: holds, ends: until, peer }, { type: 'offer', sdp });
  }

  async #complete({ session, description }: SignedCode, peer: Peer): Promise<Result<CodeReply>> {
    const making = this.#making.get(session);
    if (this.#used.has(session) || making?.peer) return used();
    if (making?.kind !== 'invitation') return refuse('code_unknown', 'not invited from here');
    making.peer = peer;
    making.link.signal({ type: 'answer', sdp: writeDescription('answer', description) });
    const cancel = this.#options.platform.after(OPENS_WITHIN, () => making.link.close());
    const outcome = await making.ended;
    cancel();
    return outcome;
  }

  /** Begins a link and gives the code that describes this side of it. */
  async #make(terms: Terms, offer?: Signal): Promise<Result<CodeReply>> {
    const { kind, session, until, peer } = terms;
    const { platform, wire, openLink } = this.#options;
    let described: ((signal: Signal | undefined) => void) | undefined;
    const description = new Promise<Signal | undefined>((resolve) => {
      described = resolve;
    });
    let end: Making['end'] = () => undefined;
    const ended = new Promise<Result<CodeReply>>((resolve) => {
      end = resolve;
    });
    const link: Link = openLink(
      { initiator: kind === 'invitation', ice: [], relayOnly: false, platform, wire, byHand: until - platform.now() },
      this.#listener(session, (signal) => described?.(signal)),
    );
    this.#making.set(session, { kind, session, until, link, peer, ended, end });
    if (offer) link.signal(offer);
    const cancel = platform.after(GATHERED_WITHIN, () => described?.(undefined));
    const signal = await description;
    cancel();
    const code = signal && 'sdp' in signal ? await this.#write(terms, signal.sdp) : undefined;
    if (code !== undefined) return accept({ session, code, until, ...(peer ? { peer } : {}) });
    link.close();
    return refuse('code_unreachable', 'no way to be reached');
  }

  async #write({ kind, session, ends }: Terms, sdp: string): Promise<string | undefined> {
    const { keys } = this.#options.wire;
    const description = readDescription(sdp);
    const card = (await keys.sign(''))?.cert;
    if (!description.ok || card === undefined) return undefined;
    const code: Code = { kind, room: roomTag(keys.room), session, until: ends, card, description: description.value };
    const body = codeBody(code);
    const signed = body === undefined ? undefined : await keys.sign(codeText(keys.room, body));
    return body === undefined || !signed ? undefined : writeCode(body, signed.sig);
  }

  #listener(session: string, described: (signal: Signal | undefined) => void): LinkListener {
    const { observe, platform, opened, frame, closed } = this.#options;
    const begunAt = platform.now();
    let open: { readonly at: number; readonly peer: Peer; readonly link: Link } | undefined;
    return {
      observe,
      signal: described,
      opened: () => {
        const making = this.#making.get(session);
        if (!making?.peer) return;
        const { link, peer, kind, until } = making;
        open = { at: platform.now(), peer, link };
        observe({ type: 'link', outcome: 'opened', ms: open.at - begunAt });
        this.#end(session, accept({ session, until, peer })); // first: a link that is one too many is closed at once
        opened(peer.replica, link, kind);
      },
      frame: (received) => open && frame(open.peer.replica, received),
      closed: () => {
        described(undefined);
        const making = this.#making.get(session);
        const isLate = making !== undefined && platform.now() >= making.until;
        const why = isLate ? refuse('code_expired', 'too late') : refuse('code_unreachable', 'no way found');
        this.#end(session, why);
        observe({ type: 'link', outcome: open ? 'closed' : 'failed', ms: platform.now() - (open?.at ?? begunAt) });
        if (open) closed(open.peer.replica, open.link);
      },
    };
  }

  #end(session: string, outcome: Result<CodeReply>): void {
    const making = this.#making.get(session);
    if (!making) return;
    this.#making.delete(session);
    this.#used.add(session);
    if (this.#used.size > REMEMBERED) this.#used.delete(this.#used.values().next().value ?? '');
    making.end(outcome);
  }

  #crowded(): Refused | undefined {
    return this.#making.size < UNDER_WAY ? undefined : refuse('code_full', 'too many codes under way');
  }
}

function used(): Refused {
  return refuse('code_used', 'a code is good for one link');
}
