import type { RoomName } from '../protocol/ids.ts';
import type { localRoom } from './local-room.ts';
import type { RoomKeys } from './runtime/encryption/room-keys.ts';
import { createKeys, identityOf } from './runtime/identity.ts';
import type { Identity, Store, StoredRoom } from './runtime/ports.ts';
import { Trust } from './runtime/trust.ts';
import { openStore } from './store/open.ts';

/** As whom a tab speaks in a room, what it keeps of it, and whose word it believes there. */
export interface Speaker {
  readonly store: Store;
  readonly stored: StoredRoom;
  /** False where the browser keeps nothing for this page. */
  readonly durable: boolean;
  readonly identity: Identity;
  /** Makes and stores a new replica's. */
  newIdentity(): Promise<Identity>;
  readonly trust: Pick<Trust, keyof Trust>;
}

/** What is another one in rooms of a kind: without a relay, or encrypted. */
interface Peculiar {
  readonly local?: Pick<typeof localRoom, 'readCard' | 'trust'> | undefined;
  readonly locked?: RoomKeys | undefined;
}

/** Somebody with a key of their own. @param owner whether this tab may write what is stored */
export async function keyedSpeaker(
  place: string,
  room: RoomName,
  owner: boolean,
  { local, locked }: Peculiar = {},
): Promise<Speaker> {
  const { subtle } = globalThis.crypto;
  const { store, stored: kept, durable } = await openStore(place, owner, local?.readCard);
  await locked?.refresh();
  const stored = (await locked?.read(kept)) ?? kept;
  const about = { read: local?.readCard, cipher: locked?.cipher };
  let current = stored.identity;
  const newIdentity = async (): Promise<Identity> => {
    const keys = { ...(await createKeys(subtle)), relays: current?.relays ?? [] };
    current = keys;
    await store.saveIdentity(keys).catch(() => undefined); // without storage the key lives as long as the page
    return identityOf(keys, room, subtle, about);
  };
  const before = stored.identity && (await identityOf(stored.identity, room, subtle, about).catch(() => undefined));
  const identity = before ?? (await newIdentity());
  const known = new Trust(subtle, room, current?.relays, (relays) => {
    if (!current) return;
    current = { ...current, relays };
    void store.saveIdentity(current).catch(() => undefined); // without storage they are known as long as the page lives
  });
  const trust = local?.trust(subtle, room) ?? known;
  return { store, stored, durable, identity, newIdentity, trust };
}
