import { CLOCK_ZERO } from '../../protocol/clock.ts';
import { compareEntries } from '../../protocol/entry.ts';
import {
  LOG_WINDOW,
  type Logged,
  type Meta,
  type Outgoing,
  type Snapshot,
  type Store,
  type StoreChange,
  type StoredIdentity,
  type StoredRoom,
} from '../runtime/ports.ts';

/** The store of a page whose browser keeps nothing for it, and of a second tab: it ends with the page. */
export function memoryStore(start?: StoredRoom): Store {
  let identity: StoredIdentity | undefined = start?.identity;
  let composer = start?.composer ?? '';
  let meta: Meta | undefined = start?.snapshot ? metaIn(start.snapshot) : undefined;
  const entries = new Map<string, Logged>((start?.snapshot?.entries ?? []).map((logged) => [logged.entry.id, logged]));
  const outbox = new Map<string, Outgoing>((start?.snapshot?.outbox ?? []).map((item) => [item.draft, item]));

  const apply = (change: StoreChange) => {
    switch (change.type) {
      case 'meta':
        meta = change.meta;
        break;
      case 'entries':
        for (const logged of change.entries) entries.set(logged.entry.id, logged);
        break;
      case 'withdrawn':
        entries.delete(change.entry.id);
        break;
      case 'outgoing':
        for (const item of change.items) outbox.set(item.draft, item);
        break;
      case 'settled':
        for (const draft of change.drafts) outbox.delete(draft);
    }
  };

  return {
    async load() {
      return { identity, composer, snapshot: snapshotOf(meta, [...entries.values()], [...outbox.values()]) };
    },
    async saveIdentity(next) {
      identity = next;
    },
    async write(changes) {
      for (const change of changes) apply(change);
    },
    async saveComposer(text) {
      composer = text;
    },
    async close() {
      entries.clear();
    },
  };
}

/** Builds what a room starts from: the newest entries in shown order, and the messages still on their way out. */
export function snapshotOf(
  meta: Meta | undefined,
  entries: readonly Logged[],
  outbox: readonly Outgoing[],
): Snapshot | undefined {
  if (!meta && entries.length === 0 && outbox.length === 0) return undefined;
  const base: Meta = meta ?? {
    name: undefined,
    seq: 0,
    prev: null,
    clock: CLOCK_ZERO,
    cursor: undefined,
    have: new Map(),
    acked: new Map(),
  };
  return {
    ...base,
    entries: [...entries].sort((a, b) => compareEntries(a.entry, b.entry)).slice(-LOG_WINDOW),
    outbox: [...outbox].sort((a, b) => a.at - b.at),
  };
}

function metaIn({ name, seq, prev, clock, cursor, have, acked }: Snapshot): Meta {
  return { name, seq, prev, clock, cursor, have, acked };
}
