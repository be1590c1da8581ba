import { cardBody, parseCard } from '../protocol/cards.ts';
import type { RoomName } from '../protocol/ids.ts';
import { cardText } from '../protocol/seal.ts';
import { openLocalLinks } from './net/local-links.ts';
import { readKey, verifies } from './runtime/keys.ts';
import type { Identity, JoinHello, OpenLinks, RelayEvents, RelayPath } from './runtime/ports.ts';
import { type Certified, Trust } from './runtime/trust.ts';

/** What is another one where a room has no relay. It alone takes cards for certificates. */
export const localRoom = {
  readCard: parseCard,
  trust: (subtle: SubtleCrypto, room: RoomName): Trust => new BareTrust(subtle, room),
  ownWord,
  links:
    (parts: Parameters<typeof openLocalLinks>[0]): OpenLinks =>
    (...about) =>
      openLocalLinks(parts, ...about),
} as const;

/** Where nobody certifies keys each speaks for itself: who somebody is can't be told, but that it is the same one can. */
class BareTrust extends Trust {
  readonly #subtle: SubtleCrypto;

  constructor(subtle: SubtleCrypto, room: RoomName) {
    super(subtle, room);
    this.#subtle = subtle;
  }

  protected override async certify(card: string): Promise<Certified | undefined> {
    const parsed = parseCard(card);
    if (!parsed.ok) return undefined;
    const { key, body, sig } = parsed.value;
    const known = await readKey(this.#subtle, key);
    const isSigned = await verifies(this.#subtle, known.key, cardText(this.room, body), sig);
    return isSigned ? { ...known, certificate: parsed.value } : undefined;
  }
}

/** Stands where the path through the relay would: it brings nothing and carries nothing, but says who this is. */
function ownWord(room: RoomName, self: Identity, hello: () => JoinHello, events: RelayEvents): RelayPath {
  const say = async () => {
    const body = cardBody(self.publicKey, hello().name);
    const certificate = `${body}.${await self.sign(cardText(room, body))}`;
    events.renewed({ certificate, relayKey: self.publicKey, ice: [] });
  };
  const nothing = () => undefined;
  const speak = () => void say().catch(nothing); // without a key there is nobody to be
  return {
    start: speak,
    rejoin: speak,
    renew: nothing,
    publish: nothing,
    say: nothing,
    reconnect: nothing,
    setVisible: nothing,
    stop: () => Promise.resolve(),
  };
}
