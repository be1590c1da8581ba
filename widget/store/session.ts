import { CLOCK_ZERO } from '../../protocol/clock.ts';
import { isReplicaId, type ReplicaId, type UserId } from '../../protocol/ids.ts';
import { isRecord, isText, parseJson } from '../../protocol/json.ts';
import type { Outgoing, Snapshot, Store, StoredRoom } from '../runtime/ports.ts';

/** What one tab keeps of a room on a page that is not secure: who it was, and what it has not sent. */
interface Kept {
  readonly host: string;
  readonly replica: ReplicaId | undefined;
  readonly seq: number;
  readonly name: string | undefined;
  readonly composer: string;
  readonly outbox: readonly Outgoing[];
  /** Of whom the visitor does not want to hear: user and name. */
  readonly blocked: readonly (readonly [UserId, string])[];
}

export interface SessionStore {
  readonly store: Store;
  readonly stored: StoredRoom;
  /** False where the browser keeps nothing for this page. */
  readonly durable: boolean;
  /** The secret by which the relay knows this tab again, and as whom it was known last. */
  readonly host: string;
  readonly replica: ReplicaId | undefined;
  /** Goes on as somebody new. */
  renew(host: string): void;
}

/**
 * A tab's own storage: without locks no two tabs may share what one of them sends. It lives as long as the tab, over
 * reloads; the conversation itself is the relay's to give back.
 *
 * @param fresh a new secret
 */
export function sessionStore(place: string, fresh: string): SessionStore {
  const found = read(place);
  let kept: Kept = found ?? {
    ...{ host: fresh, replica: undefined, seq: 0, name: undefined, composer: '', outbox: [], blocked: [] },
  };
  const keep = async (changes: Partial<Kept>) => {
    kept = { ...kept, ...changes };
    sessionStorage.setItem(place, JSON.stringify(kept));
  };
  const store: Store = {
    load: async () => ({ identity: undefined, snapshot: found && snapshotOf(found), composer: kept.composer }),
    saveIdentity: async () => undefined,
    async write(changes) {
      let { seq, name, replica, blocked } = kept;
      const outbox = new Map(kept.outbox.map((item) => [item.draft, item]));
      for (const change of changes) {
        if (change.type === 'meta') {
          ({ seq, name, self: replica } = change.meta);
          blocked = [...(change.meta.blocked ?? [])];
        } else if (change.type === 'outgoing') for (const item of change.items) outbox.set(item.draft, item);
        else if (change.type === 'settled') for (const draft of change.drafts) outbox.delete(draft);
      }
      await keep({ seq, name, replica, blocked, outbox: [...outbox.values()] });
    },
    saveComposer: (composer) => keep({ composer }),
    close: async () => undefined,
  };
  const stored: StoredRoom = {
    identity: undefined,
    snapshot: found && snapshotOf(found),
    composer: kept.composer,
  };
  let durable = true;
  try {
    sessionStorage.setItem(place, JSON.stringify(kept));
  } catch {
    durable = false; // blocked, or full
  }
  const { host, replica } = kept;
  return { store, stored, durable, host, replica, renew: (next) => void keep({ host: next }).catch(() => undefined) };
}

function snapshotOf({ replica, seq, name, outbox, blocked }: Kept): Snapshot {
  const nothing = { prev: null, clock: CLOCK_ZERO, have: new Map(), receipts: new Map(), seen: new Map() };
  return { ...nothing, self: replica, seq, name, away: new Map(), entries: [], outbox, blocked: new Map(blocked) };
}

function read(place: string): Kept | undefined {
  try {
    const value = parseJson(sessionStorage.getItem(place) ?? '');
    if (!isRecord(value) || !isText(value.host) || !Array.isArray(value.outbox)) return undefined;
    const { host, replica, seq, name, composer, blocked } = value;
    return {
      host,
      replica: isReplicaId(replica) ? replica : undefined,
      seq: Number.isSafeInteger(seq) ? Number(seq) : 0,
      name: isText(name) ? name : undefined,
      composer: isText(composer) ? composer : '',
      // Nobody but this file has written it.
      outbox: value.outbox as readonly Outgoing[],
      blocked: Array.isArray(blocked) ? (blocked as Kept['blocked']) : [],
    };
  } catch {
    return undefined; // SecurityError
  }
}
