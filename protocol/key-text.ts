import { encryptedRoom, placeOf } from './encrypted-rooms.ts';
import type { RoomName } from './ids.ts';
import { accept, type Result, refuse } from './result.ts';

/** What somebody has been given to open a room with. */
export type KeyText =
  /** `secret`: base64url of 256 random bits. `room`: where it is used, if not where the secret itself leads. */
  | { readonly type: 'secret'; readonly secret: string; readonly room: RoomName | undefined }
  | { readonly type: 'passphrase'; readonly passphrase: string };

const KEY = /^(?<secret>[\w-]{42}[AEIMQUYcgkosw048])(?:\.(?<place>[\w-]{21}[AQgw]))?$/;
const FRAGMENT = /[#&]natter-key=(?<text>[^&\s]*)/;

/** What a page's address or an invitation link says of a key; undefined where it says nothing. */
export function keyInFragment(url: string): string | undefined {
  return FRAGMENT.exec(url)?.groups?.text;
}

/** Reads a key, or a link that holds one. A link whose key is cut off or altered is refused. */
export function parseKey(text: string): Result<Extract<KeyText, { type: 'secret' }>> {
  const { secret, place } = KEY.exec(keyInFragment(text) ?? text.trim())?.groups ?? {};
  if (secret === undefined) return refuse('malformed', 'not a key');
  return accept({ type: 'secret', secret, room: place === undefined ? undefined : encryptedRoom(place) });
}

/** Reads what somebody typed or pasted: a link, a key, or else a passphrase, in NFC and without blanks around it. */
export function parseKeyText(text: string): Result<KeyText> {
  const key = parseKey(text);
  if (key.ok || keyInFragment(text) !== undefined) return key;
  const passphrase = text.normalize('NFC').trim();
  return passphrase === '' ? refuse('malformed', 'no passphrase') : accept({ type: 'passphrase', passphrase });
}

/**
 * A link to a page that opens a room there: the page's address with the key in its fragment, which no server is sent.
 *
 * @param room where the secret is used, if not where it leads by itself
 */
export function invitationLink(page: string, secret: string, room: RoomName | undefined): string {
  const [address = '', fragment = ''] = page.split(/#(.*)/s);
  const rest = `#${fragment}`.replace(FRAGMENT, '').replace(/^[#&]*/, '');
  const place = room === undefined ? '' : `.${placeOf(room)}`;
  return `${address}#${rest === '' ? '' : `${rest}&`}natter-key=${secret}${place}`;
}
