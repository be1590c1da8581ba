import type { RoomName } from '../protocol/ids.ts';
import { keyInFragment } from '../protocol/key-text.ts';
import type { MessageView } from './core/view.ts';
import { type KeySetup, RoomKeys } from './runtime/encryption/room-keys.ts';
import type { RoomLock } from './runtime/room.ts';
import { ringStore } from './store/rings.ts';

export interface LockSite {
  readonly name: RoomName;
  /** Names the database that keeps keys. */
  readonly database: string;
  /** What the page was given to open the room with, if anything. */
  readonly given: string | undefined;
  /** No key is known, so one is asked for. `damaged`: what was given is none. */
  ask(damaged: boolean): void;
  messages(): readonly MessageView[];
  /** The keys of the open room are others now. */
  rekeyed(secrets: readonly string[]): void;
  /** What was given opens another room. */
  elsewhere(given: string): void;
}

/** A room's lock from when it is first looked at. */
export interface OpenLock extends RoomLock {
  /** Resolves when a key is known. */
  readonly keys: Promise<RoomKeys>;
  close(): void;
}

/** Finds an encrypted room's keys: in what was given, in the page's address, in this browser; else somebody must bring one. */
export function openLock(site: LockSite): OpenLock {
  const { name, database } = site;
  const setup: KeySetup = { name, crypto: globalThis.crypto, store: ringStore(database, name) };
  const ended = new AbortController();
  let found: (keys: RoomKeys) => void = () => undefined;
  let held: RoomKeys | undefined;
  const keys = new Promise<RoomKeys>((resolve) => {
    found = resolve;
  });
  const enter = (opened: RoomKeys | undefined) => {
    if (!opened) return false;
    held ??= opened;
    found(held);
    return true;
  };
  const change = async (act: (keys: RoomKeys) => Promise<unknown>) => {
    const current = await keys;
    await act(current);
    site.rekeyed(current.secrets);
  };
  const lock: OpenLock = {
    keys,
    async unlock(text) {
      if (!held) return enter(await RoomKeys.open(setup, text)) ? 'opened' : 'unreadable';
      const outcome = await held.give(text, site.messages());
      if (outcome === 'opened') site.rekeyed(held.secrets);
      if (outcome === 'elsewhere') site.elsewhere(text);
      return outcome;
    },
    create: async () => void enter(await RoomKeys.create(setup)),
    link: async () => (await keys).link(location.href),
    rotate: () => change((current) => current.rotate()),
    close: () => ended.abort(),
  };
  const inAddress = () => (keyInFragment(location.hash) === undefined ? undefined : location.hash);
  const heed = () => {
    const text = inAddress();
    if (text !== undefined) void lock.unlock(text);
  };
  addEventListener('hashchange', heed, { signal: ended.signal });
  const given = site.given ?? inAddress();
  void RoomKeys.open(setup, given).then((opened) => {
    if (!enter(opened) && !held) site.ask(given !== undefined);
  });
  return lock;
}
