import type { RoomName } from '../../../protocol/ids.ts';
import { openRelay } from '../../../widget/net/relay.ts';
import { createKeys, identityOf } from '../../../widget/runtime/identity.ts';
import { browserPlatform } from '../../../widget/runtime/platform.ts';
import type { RelayEvents } from '../../../widget/runtime/ports.ts';
import { syncSubtle } from '../../support/sync-crypto.ts';
import { GUEST } from './guest.ts';
import type { VisitorOptions } from './visitor.ts';

/** How a client came back after its session was cut, ms since 1970. */
export interface Return {
  /** When it meant to begin its first try. */
  readonly plannedAt: number | undefined;
  /** When that began; undefined: it has made none. */
  readonly triedAt: number | undefined;
  /** When it was in the room again, for good; undefined: it is not. */
  readonly backAt: number | undefined;
}

interface Moment {
  readonly at: number;
  readonly what: 'tries' | 'waits' | 'joined';
  /** Of what is waited for. */
  readonly until?: number | undefined;
}

const ignore = () => undefined;

/** A client of the product's own way to the relay (session, retries, key) and nothing above it: a thousand are cheap. */
export class LightVisitor {
  private readonly moments: Moment[] = [];

  /** Resolves once it is in the room. */
  static async enter({ name, room, endpoint }: VisitorOptions): Promise<LightVisitor> {
    const subtle = syncSubtle;
    const roomName = room as RoomName;
    const identity = await identityOf(await createKeys(subtle), roomName, subtle);
    const visitor = new LightVisitor();
    const hello = () => ({ name, rtc: false, have: {}, cursor: undefined });
    await new Promise<void>((entered) => {
      const events = visitor.events(entered);
      openRelay({ endpoint, room: roomName, identity, platform: browserPlatform, login: GUEST, hello }, events).start();
    });
    return visitor;
  }

  returned(since: number): Return {
    const after = this.moments.filter(({ at }) => at >= since);
    const last = this.moments.at(-1);
    return {
      plannedAt: after.find(({ what }) => what === 'waits')?.until,
      triedAt: after.find(({ what }) => what === 'tries')?.at,
      backAt: last?.what === 'joined' ? last.at : undefined,
    };
  }

  private events(entered: () => void): RelayEvents {
    const note = (what: Moment['what'], until?: number) => this.moments.push({ at: Date.now(), what, until });
    return {
      joined() {
        note('joined');
        entered();
      },
      down: (retryAt) => note(retryAt === undefined ? 'tries' : 'waits', retryAt),
      renewed: ignore,
      ...{
        barred: ignore,
        frame: ignore,
        acked: ignore,
        refused: ignore,
        said: ignore,
        unsaid: ignore,
        slowed: ignore,
        traffic: ignore,
      },
    };
  }
}
