import type { Meta, StoreChange } from '../../widget/core/effects.ts';
import type { Logged } from '../../widget/core/log.ts';
import type { Outgoing } from '../../widget/core/outbox.ts';
import type { Snapshot } from '../../widget/core/state.ts';
import type { Store, StoredIdentity, StoredRoom } from '../../widget/runtime/ports.ts';
import { snapshotOf } from '../../widget/store/snapshot.ts';

/** The store's in-memory twin: what a browser would keep, for as long as the object lives. */
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
      for (const change of structuredClone(changes)) apply(change);
    },
    async saveComposer(text) {
      composer = text;
    },
    async close() {
      entries.clear();
    },
  };
}

function metaIn({ entries: _entries, outbox: _outbox, ...meta }: Snapshot): Meta {
  const { self, formerly = [], name, cursor, reached = { delivered: [], read: [] }, earlier = false } = meta;
  return { ...meta, self, formerly, name, cursor, reached, earlier };
}
