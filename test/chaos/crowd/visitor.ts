import type { Entry } from '../../../protocol/entry.ts';
import type { RoomName } from '../../../protocol/ids.ts';
import { openRelay } from '../../../widget/net/relay.ts';
import { createKeys, identityOf } from '../../../widget/runtime/identity.ts';
import { browserPlatform } from '../../../widget/runtime/platform.ts';
import type { Store } from '../../../widget/runtime/ports.ts';
import { RoomRuntime } from '../../../widget/runtime/room-runtime.ts';
import { Trust, type Verdict } from '../../../widget/runtime/trust.ts';
import { memoryStore } from '../../support/memory-store.ts';
import { syncSubtle } from '../../support/sync-crypto.ts';
import { GUEST } from './guest.ts';
import { Witness } from './witness.ts';

export interface VisitorOptions {
  readonly name: string;
  readonly room: string;
  /** The relay's Bayeux address. */
  readonly endpoint: string;
}

const NOTHING_STORED = { identity: undefined, snapshot: undefined, composer: '' };

/**
 * One visitor: the product's own client but for its panel and its direct links, put together as widget/lead-room.ts does
 * it, and a witness of what it shows.
 */
export class Visitor {
  readonly witness: Witness;
  private readonly runtime: RoomRuntime;

  static async enter({ name, room, endpoint }: VisitorOptions): Promise<Visitor> {
    const subtle = syncSubtle;
    const roomName = room as RoomName;
    const newIdentity = async () => identityOf(await createKeys(subtle), roomName, subtle);
    const platform = browserPlatform;
    const identity = await newIdentity();
    const witness = new Witness(name, room, Date.now);
    const runtime = new RoomRuntime(roomName, identity, NOTHING_STORED, {
      platform,
      store: forgetfulStore(),
      newIdentity,
      changed: () => witness.see(runtime.view()),
      observe: () => undefined,
      isHidden: () => false,
      trust: new SharedTrust(subtle, roomName),
      openRelay: (self, hello, events) =>
        openRelay({ endpoint, room: roomName, identity: self, platform, login: GUEST, hello }, events),
      loadLinks: undefined,
    });
    runtime.setVisible(true);
    runtime.enter(name);
    return new Visitor(witness, runtime);
  }

  private constructor(witness: Witness, runtime: RoomRuntime) {
    this.witness = witness;
    this.runtime = runtime;
  }

  say(): void {
    const text = this.witness.next();
    this.runtime.dispatch({ type: 'composed', draft: browserPlatform.randomId(), content: { kind: 'message', text } });
  }

  /** Finds out which of the visitor's messages the relay has taken. */
  look(): Promise<void> {
    return this.witness.look(async (key) => (await this.runtime.details(key))?.relayed ?? false);
  }
}

/** A store of which nothing is ever read: no visitor reloads here. */
function forgetfulStore(): Store {
  return { ...memoryStore(), write: async () => undefined };
}

/** Entries whose verdict is remembered: the newest. */
const CHECKED = 5_000;
const checked = new Map<string, Promise<Verdict>>();

/**
 * Members of a room who are in one process check what comes once for all of them: two cores that carry a whole crowd
 * would do little else. What differs in anything is checked by itself.
 */
class SharedTrust extends Trust {
  private relay = '';

  override learn(relay: string): void {
    this.relay = relay;
    super.learn(relay);
  }

  override check(entry: Entry): Promise<Verdict> {
    const whole = JSON.stringify([this.room, this.relay, entry]);
    const known = checked.get(whole);
    if (known) return known;
    const verdict = super.check(entry);
    checked.set(whole, verdict);
    if (checked.size > CHECKED) checked.delete(checked.keys().next().value ?? '');
    return verdict;
  }
}
