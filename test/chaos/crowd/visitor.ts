import type { RoomName } from '../../../protocol/ids.ts';
import { openRelay } from '../../../widget/net/relay.ts';
import { createKeys, identityOf, isGenuine } from '../../../widget/runtime/identity.ts';
import { browserPlatform } from '../../../widget/runtime/platform.ts';
import type { Store } from '../../../widget/runtime/ports.ts';
import { RoomRuntime } from '../../../widget/runtime/room-runtime.ts';
import { memoryStore } from '../../support/memory-store.ts';
import { Witness } from './witness.ts';

export interface VisitorOptions {
  readonly name: string;
  readonly room: string;
  /** The relay's Bayeux address. */
  readonly endpoint: string;
  /** Whether the client's store keeps what it is given; a long run that reads nothing again needs no copy of it all. */
  readonly keeps: boolean;
}

const NOTHING_STORED = { identity: undefined, snapshot: undefined, composer: '' };

/**
 * One visitor: the product's own client but for its panel and its direct links, put together as widget/lead-room.ts does
 * it, and a witness of what it shows.
 */
export class Visitor {
  readonly name: string;
  readonly witness: Witness;
  private readonly runtime: RoomRuntime;

  static async enter({ name, room, endpoint, keeps }: VisitorOptions): Promise<Visitor> {
    const { subtle } = globalThis.crypto;
    const roomName = room as RoomName;
    const newIdentity = async () => identityOf(await createKeys(subtle), roomName, subtle);
    const platform = browserPlatform;
    const identity = await newIdentity();
    const witness = new Witness(name, room, Date.now);
    const runtime = new RoomRuntime(roomName, identity, NOTHING_STORED, {
      platform,
      store: keeps ? memoryStore() : forgetfulStore(),
      newIdentity,
      changed: () => witness.see(runtime.view()),
      observe: () => undefined,
      isGenuine: (frame) => isGenuine(subtle, roomName, frame.entry),
      openRelay: (self, hello, events) => openRelay({ endpoint, room: roomName, identity: self, platform, hello }, events),
      loadLinks: undefined,
    });
    runtime.setVisible(true);
    runtime.enter(name);
    return new Visitor(name, witness, runtime);
  }

  private constructor(name: string, witness: Witness, runtime: RoomRuntime) {
    this.name = name;
    this.witness = witness;
    this.runtime = runtime;
  }

  say(): void {
    const text = this.witness.next();
    this.runtime.dispatch({ type: 'composed', draft: browserPlatform.randomId(), content: { kind: 'message', text } });
  }

  leave(): Promise<void> {
    return this.runtime.close();
  }
}

function forgetfulStore(): Store {
  return { ...memoryStore(), write: async () => undefined };
}
