import type { RoomName } from '../../../protocol/ids.ts';
import { invitationLink, type KeyText, parseKeyText } from '../../../protocol/key-text.ts';
import type { MessageView } from '../../core/view.ts';
import { nextTask } from '../next-task.ts';
import type { Logged, StoredRoom } from '../ports.ts';
import type { Unlocked } from '../room.ts';
import { RoomCipher } from './cipher.ts';
import { useOf } from './key-use.ts';
import { idOfSecret, randomSecret, roomOfName, roomOfSecret, secretOfPassphrase } from './secrets.ts';

/** A room on the wire and the secrets that open what was written there; the first is written with. */
export interface Ring {
  readonly room: RoomName;
  readonly secrets: readonly string[];
}

/** Where keys outlive the page: the rings of one name, the last used first. Both may reject. */
export interface RingStore {
  load(): Promise<readonly Ring[]>;
  save(rings: readonly Ring[]): Promise<void>;
}

export interface KeySetup {
  /** What people call the room. It goes nowhere but into hashes. */
  readonly name: RoomName;
  readonly crypto: Pick<Crypto, 'subtle' | 'getRandomValues'>;
  readonly store: RingStore;
}

/** Rings kept for one name, and keys of each; the longest unused go first. */
const RINGS = 8;
const SECRETS = 16;
/** Stored entries that are opened before the page has its turn. */
const READ_AT_ONCE = 200;

/** The keys of one encrypted room, for as long as a page has it open. */
export class RoomKeys {
  readonly room: RoomName;
  readonly cipher: RoomCipher;
  readonly #setup: KeySetup;
  #secrets: readonly string[];

  private constructor(setup: KeySetup, { room, secrets }: Ring) {
    this.room = room;
    this.cipher = new RoomCipher(setup.crypto, room);
    this.#setup = setup;
    this.#secrets = secrets;
  }

  /**
   * Opens the room of what was given, else the one that was open here last; undefined where there is neither, or what was
   * given is damaged.
   */
  static async open(setup: KeySetup, given: string | undefined): Promise<RoomKeys | undefined> {
    const rings = await loaded(setup);
    const [last] = rings;
    const parsed = given === undefined ? undefined : parseKeyText(given);
    if (parsed ? !parsed.ok : !last) return undefined;
    const ring = parsed?.ok ? await ringOf(setup, parsed.value) : last;
    if (!ring) return undefined;
    const known = rings.find(({ room }) => room === ring.room)?.secrets ?? [];
    const keys = new RoomKeys(setup, ring);
    await keys.#keep(joined(without(ring.secrets, known), known));
    return keys;
  }

  /** A room that nobody has been in. */
  static create(setup: KeySetup): Promise<RoomKeys | undefined> {
    return RoomKeys.open(setup, randomSecret(setup.crypto));
  }

  /** base64url; the first is written with. */
  get secrets(): readonly string[] {
    return this.#secrets;
  }

  /**
   * Takes another key. It is written with from now on if it is that of the newest messages, or comes with a link and nothing
   * speaks against it: whoever looks up an old key goes on with the new one.
   *
   * @param messages what the room shows now
   */
  async give(text: string, messages: readonly MessageView[]): Promise<Unlocked> {
    const parsed = parseKeyText(text);
    if (!parsed.ok) return 'unreadable';
    const { room, secrets } = await ringOf(this.#setup, parsed.value);
    // A passphrase belongs to the room that its name leads to: nobody is led away by a wrong one.
    if (room !== this.room) return parsed.value.type === 'passphrase' ? 'useless' : 'elsewhere';
    await this.refresh();
    const [secret = ''] = without(secrets, this.#secrets);
    if (secret === '') return 'opened';
    const use = useOf(await idOfSecret(this.#setup.crypto.subtle, secret), messages);
    if (use === 'none' && parsed.value.type === 'passphrase') return 'useless';
    const [current = '', ...rest] = this.#secrets;
    await this.#keep(use === 'older' ? [current, secret, ...rest] : [secret, current, ...rest]);
    return 'opened';
  }

  /** Makes a new key and writes with it from now on. What was written before opens with the keys before. */
  async rotate(): Promise<void> {
    await this.refresh();
    await this.#keep([randomSecret(this.#setup.crypto), ...this.#secrets]);
  }

  /** Holds these secrets, which another tab has found. */
  async adopt(secrets: readonly string[]): Promise<void> {
    this.#secrets = joined(secrets, without(this.#secrets, secrets));
    await this.cipher.hold(this.#secrets);
  }

  /** Takes what other tabs have found and stored. */
  async refresh(): Promise<void> {
    const stored = (await loaded(this.#setup)).find(({ room }) => room === this.room);
    if (stored) await this.adopt(stored.secrets);
  }

  /** @param page the address of a page that shows this room */
  async link(page: string): Promise<string> {
    await this.refresh();
    const { name, crypto } = this.#setup;
    const [secret = ''] = this.#secrets;
    const leads = (await roomOfSecret(crypto.subtle, secret, name)) === this.room;
    return invitationLink(page, secret, leads ? undefined : this.room);
  }

  /** Reads what was stored, which is kept as it travelled. */
  async read(stored: StoredRoom): Promise<StoredRoom> {
    const { snapshot } = stored;
    if (!snapshot) return stored;
    const entries: Logged[] = [];
    for (let from = 0; from < snapshot.entries.length; from += READ_AT_ONCE) {
      if (from > 0) await nextTask();
      entries.push(...(await Promise.all(snapshot.entries.slice(from, from + READ_AT_ONCE).map(this.#read))));
    }
    return { ...stored, snapshot: { ...snapshot, entries } };
  }

  readonly #read = async (logged: Logged): Promise<Logged> => {
    const opened = await this.cipher.open(logged.entry);
    return opened ? { ...logged, opened } : logged;
  };

  async #keep(secrets: readonly string[]): Promise<void> {
    this.#secrets = secrets.slice(0, SECRETS);
    await this.cipher.hold(this.#secrets);
    const others = (await loaded(this.#setup)).filter(({ room }) => room !== this.room);
    const rings = [{ room: this.room, secrets: this.#secrets }, ...others].slice(0, RINGS);
    await this.#setup.store.save(rings).catch(() => undefined); // without storage they live as long as the page
  }
}

/** Nothing where there is no storage: keys are asked for on every page. */
function loaded({ store }: KeySetup): Promise<readonly Ring[]> {
  return store.load().catch(() => []);
}

function joined(first: readonly string[], then: readonly string[]): readonly string[] {
  return [...first, ...then].slice(0, SECRETS);
}

function without(secrets: readonly string[], known: readonly string[]): readonly string[] {
  return secrets.filter((secret) => !known.includes(secret));
}

async function ringOf({ crypto: { subtle }, name }: KeySetup, given: KeyText): Promise<Ring> {
  if (given.type === 'secret') {
    const room = given.room ?? (await roomOfSecret(subtle, given.secret, name));
    return { room, secrets: [given.secret] };
  }
  const room = await roomOfName(subtle, name);
  return { room, secrets: [await secretOfPassphrase(subtle, given.passphrase, room)] };
}
