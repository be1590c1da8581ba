import type { Entry } from '../../../protocol/entry.ts';
import type { Author } from '../../../protocol/frames.ts';
import { type EntryId, guestId, type ReplicaId } from '../../../protocol/ids.ts';
import type { Effect } from '../../../widget/core/effects.ts';
import { shapedCertificate } from '../certificate.ts';

const CERTIFICATE = shapedCertificate('Visitor');

type Seal = Extract<Effect, { type: 'seal' }>;

/**
 * Stands in for keys and hashes: an entry is genuine if it is, field by field, what this signer has sealed. So nobody
 * can forge or alter one, as with real signatures, and checking costs next to nothing.
 */
export class Signer {
  readonly #sealed = new Map<EntryId, Entry>();

  seal({ self, prev, messages }: Seal): readonly { readonly draft: string; readonly entry: Entry }[] {
    let last = prev;
    return messages.map(({ draft, seq, clock, kind, payload }) => {
      const id = `${self}${String(this.#sealed.size).padStart(21, '0')}` as EntryId;
      const entry: Entry = {
        id,
        replica: self,
        seq,
        prev: last,
        clock,
        kind,
        payload,
        cert: CERTIFICATE,
        sig: `${id}${id}`,
      };
      this.#sealed.set(id, entry);
      last = id;
      return { draft, entry };
    });
  }

  isGenuine(entry: Entry): boolean {
    const sealed = this.#sealed.get(entry.id);
    return (
      sealed === entry ||
      (sealed !== undefined &&
        sealed.replica === entry.replica &&
        sealed.seq === entry.seq &&
        sealed.prev === entry.prev &&
        sealed.clock[0] === entry.clock[0] &&
        sealed.clock[1] === entry.clock[1] &&
        sealed.kind === entry.kind &&
        sealed.payload === entry.payload &&
        sealed.cert === entry.cert &&
        sealed.sig === entry.sig)
    );
  }

  /** The same number for something else, by whoever has the author's key. */
  twinOf(entry: Entry): Entry {
    const id = `${entry.replica}${String(this.#sealed.size).padStart(21, '0')}` as EntryId;
    const text = `not what ${entry.id} says`;
    const twin: Entry = { ...entry, id, kind: 'message', payload: JSON.stringify({ text }), sig: `${id}${id}` };
    this.#sealed.set(id, twin);
    return twin;
  }

  /** Something sealed, for whoever wants to forge from it. */
  pick(random: number): Entry | undefined {
    return [...this.#sealed.values()][Math.floor(random * this.#sealed.size)];
  }
}

/** Whom the edge finds in an entry's certificate. */
export function authorOf({ replica }: Entry): Author {
  return { user: guestId(replica), name: 'Visitor' };
}

/** The n-th replica of a client. */
export function replicaId(client: number, n: number): ReplicaId {
  return `replica-${client}-${n}`.padEnd(22, '_') as ReplicaId;
}
