import type { RoomName } from '../protocol/ids.ts';
import type { localRoom } from './local-room.ts';
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

/** Somebody with a key of their own. @param owner whether this tab may write what is stored @param local of a room without a relay */
export async function keyedSpeaker(
  place: string,
  room: RoomName,
  owner: boolean,
  local?: Pick<typeof localRoom, 'readCard' | 'trust'>,
): Promise<Speaker> {
  const { subtle } = globalThis.crypto;
  const { store, stored, durable } = await openStore(place, owner, local?.readCard);
  let current = stored.identity;
  const newIdentity = async (): Promise<Identity> => {
    const keys = { ...(await createKeys(subtle)), relays: current?.relays ?? [] };
    current = keys;
    await store.saveIdentity(keys).catch(() => undefined); // without storage the key lives as long as the page
    return identityOf(keys, room, subtle, local?.readCard);
  };
  const kept =
    stored.identity && (await identityOf(stored.identity, room, subtle, local?.readCard).catch(() => undefined));
  const identity = kept ?? (await newIdentity());
  const known = new Trust(subtle, room, current?.relays, (relays) => {
    if (!current) return;
    current = { ...current, relays };
    void store.saveIdentity(current).catch(() => undefined); // without storage they are known as long as the page lives
  });
  const trust = local?.trust(subtle, room) ?? known;
  return { store, stored, durable, identity, newIdentity, trust };
}
