import type { ControlFrame, SignalFrame } from '../../protocol/frames.ts';
import type { ReplicaId } from '../../protocol/ids.ts';
import type { RefusalCode } from '../../protocol/refusals.ts';
import { accept, type Result, refuse } from '../../protocol/result.ts';
import type { SignalHeader } from '../../protocol/seal.ts';
import type { Signal } from '../../protocol/signals.ts';
import type { LinkWire } from '../runtime/ports.ts';

/** Signals that wait to be checked; more are dropped, as nobody who means well sends so many. */
const WAITING = 256;
/** Links whose beginnings are remembered, so that none is begun twice by the same offer. */
const REMEMBERED = 256;

type Wire = Pick<LinkWire, 'keys' | 'fingerprintOf' | 'signalText'>;

/** A signal as it goes out; undefined before the relay has certified this replica. */
export async function signSignal(
  wire: Wire,
  header: Omit<SignalHeader, 'room'>,
  signal: Signal,
): Promise<ControlFrame | undefined> {
  const { keys } = wire;
  const { session, fingerprint } = header;
  const signed = await keys.sign(await textOf(wire, header, signal));
  return signed && { v: 1, kind: 'signal', session, signal, fingerprint, ...signed };
}

/**
 * Lets signals through that their sender has signed for this replica and link. Those of one link come with one fingerprint,
 * which is the one in its descriptions: DTLS then shows that the link's other end is who signed.
 */
export class SignalGate {
  readonly #self: ReplicaId;
  readonly #wire: Wire;
  readonly #dropped: (code: RefusalCode) => void;
  /** The other side's fingerprint, by replica and session. */
  readonly #known = new Map<string, string>();
  readonly #begun = new Set<string>();
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(self: ReplicaId, wire: Wire, dropped: (code: RefusalCode) => void) {
    this.#self = self;
    this.#wire = wire;
    this.#dropped = dropped;
  }

  /** In the order in which they came. Until when (local ms) its sender's certificate holds; undefined: it is dropped. */
  admit(from: ReplicaId, frame: SignalFrame): Promise<number | undefined> {
    if (this.#waiting >= WAITING) return Promise.resolve(this.#refused(refuse('too_fast', 'too many signals')));
    this.#waiting += 1;
    const admitted = this.#last.then(async () => {
      const outcome = await this.#check(from, frame).catch(() => refuse('internal', 'not checked'));
      this.#waiting -= 1;
      return outcome.ok ? outcome.value : this.#refused(outcome);
    });
    this.#last = admitted;
    return admitted;
  }

  /** Whether no link has begun with this session; asked once. An old offer would end the link that stands. */
  isNew(from: ReplicaId, session: string): boolean {
    const place = `${from} ${session}`;
    if (this.#begun.has(place)) return false;
    this.#begun.add(place);
    if (this.#begun.size > REMEMBERED) this.#begun.delete(this.#begun.values().next().value ?? '');
    return true;
  }

  async #check(from: ReplicaId, { session, signal, fingerprint, cert, sig }: SignalFrame): Promise<Result<number>> {
    const header = { from, to: this.#self, session, fingerprint };
    const until = await this.#wire.keys.vouch(from, cert, await textOf(this.#wire, header, signal), sig);
    if (!until.ok) return until;
    const place = `${from} ${session}`;
    const known = this.#known.get(place);
    if ('sdp' in signal) {
      const own = this.#wire.fingerprintOf(signal.sdp) ?? '';
      if (own === '' || own !== fingerprint || own !== (known ?? own)) return another();
      this.#known.delete(place);
      this.#known.set(place, own);
      if (this.#known.size > REMEMBERED) this.#known.delete(this.#known.keys().next().value ?? '');
    } else if (signal.type === 'candidate' && fingerprint !== known) return another();
    return accept(until.value);
  }

  #refused({ code }: { readonly code: RefusalCode }): undefined {
    this.#dropped(code);
  }
}

async function textOf({ keys, signalText }: Wire, header: Omit<SignalHeader, 'room'>, signal: Signal): Promise<string> {
  return signalText({ ...header, room: keys.room }, await keys.hash(JSON.stringify(signal)));
}

function another(): Result<never> {
  return refuse('bad_signature', 'another fingerprint');
}
