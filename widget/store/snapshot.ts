import { authorOf, parseCertificate } from '../../protocol/certificate.ts';
import { CLOCK_ZERO } from '../../protocol/clock.ts';
import { compareEntries } from '../../protocol/entry.ts';
import { LOG_WINDOW, type Logged, type Meta, type Outgoing, type Snapshot } from '../runtime/ports.ts';

/** Reads what an entry came with to say whose key signs: a certificate, or where there is no relay a card. */
export type ReadCertificate = typeof parseCertificate;

/** Builds what a room starts from: the newest entries in shown order, and the messages still on their way out. */
export function snapshotOf(
  meta: Meta | undefined,
  entries: readonly Logged[],
  outbox: readonly Outgoing[],
  read: ReadCertificate = parseCertificate,
): Snapshot | undefined {
  if (!meta && entries.length === 0 && outbox.length === 0) return undefined;
  const base: Meta = meta ?? {
    self: undefined,
    formerly: [],
    name: undefined,
    seq: 0,
    prev: null,
    clock: CLOCK_ZERO,
    cursor: undefined,
    have: new Map(),
    receipts: new Map(),
    reached: { delivered: [], read: [] },
    earlier: false,
    seen: new Map(),
    away: new Map(),
  };
  return {
    ...base,
    rulings: (base.rulings ?? []).flatMap((logged) => certified(logged, read)),
    entries: entries
      .flatMap((logged) => certified(logged, read))
      .sort((a, b) => compareEntries(a.entry, b.entry))
      .slice(-LOG_WINDOW),
    outbox: outbox.map((item) => numberedAnew(item, read)).sort((a, b) => a.at - b.at),
  };
}

/** Who wrote it is what its certificate says. What an earlier format kept has none, and nobody would take it: dropped. */
function certified({ entry }: Logged, read: ReadCertificate): readonly Logged[] {
  const certificate = read(entry.cert);
  return certificate.ok ? [{ entry, author: authorOf(certificate.value, entry.replica, entry.clock[0]) }] : [];
}

/** What an earlier format had numbered is said anew. */
function numberedAnew(item: Outgoing, read: ReadCertificate): Outgoing {
  if (!('entry' in item) || !item.entry || read(item.entry.cert).ok) return item;
  const { draft, content, at } = item;
  return { draft, content, at, phase: 'draft' };
}
