import { isEncryptedRoom } from '../protocol/encrypted-rooms.ts';
import type { RoomName } from '../protocol/ids.ts';
import { LIMITS } from '../protocol/limits.ts';
import { type Result, refuse } from '../protocol/result.ts';
import { parseRoomName } from '../protocol/rooms.ts';

/** Direct links as they can be, by TURN servers alone so that no address is shown, or none. */
export type P2p = 'auto' | 'relay' | 'off';

/** What stands in the place of a relay's address where a room has none. */
export const NO_RELAY = 'none';

/** What an element is told by its attributes. */
export interface WidgetConfig {
  /** Undefined while no room is named; a refusal where the name can't be one. */
  readonly room: Result<RoomName> | undefined;
  readonly mode: 'launcher' | 'inline';
  readonly locale: string;
  readonly p2p: P2p;
  /** What is said is encrypted before it leaves. */
  readonly encrypt: boolean;
  readonly title: string | undefined;
  /** A namespace of the storage: two profiles on one page are two visitors. */
  readonly profile: string | undefined;
  /** The token of a visitor who is logged in at the site. */
  readonly token: string | undefined;
}

/** The page as far as a widget's settings depend on it. */
export interface PageFacts {
  /** The canonical URL: what `link rel=canonical` says, else where the page is. */
  readonly url: string;
  /** The page's language, else the browser's. */
  readonly locale: string;
}

/** Reads settings; what can't be read is left at its default. `read` gives an attribute's text or null. */
export function readConfig(read: (name: string) => string | null, page: PageFacts): WidgetConfig {
  const get = (name: string) => read(name)?.trim() || undefined;
  const room = get('room');
  const lang = get('lang');
  return {
    room: room === undefined ? undefined : ownName(room === 'auto' ? roomOfPage(page.url) : room),
    mode: get('mode') === 'inline' ? 'inline' : 'launcher',
    locale: lang === undefined || lang === 'auto' ? page.locale : lang,
    p2p: readP2p(get('p2p')),
    encrypt: !['off', null].includes(read('encrypt')),
    title: get('data-title'),
    profile: get('profile'),
    token: get('token'),
  };
}

function readP2p(value: string | undefined): P2p {
  return value === 'relay' || value === 'off' ? value : 'auto';
}

/** Names of encrypted rooms follow from a name and a key, and are no names to begin with. */
function ownName(room: string): Result<RoomName> {
  return isEncryptedRoom(room) ? refuse('malformed', 'this name is that of an encrypted room') : parseRoomName(room);
}

/** The room of `data-room="auto"`: the URL's path, readable, without its closing slash; long ones end in a hash. */
export function roomOfPage(url: string): string {
  const { pathname } = new URL(url);
  const path = decode(pathname)
    .normalize('NFC')
    .replace(/(.)\/+$/, '$1');
  if (parseRoomName(path).ok) return path;
  const room = `${[...path].slice(0, LIMITS.roomBytes / 8).join('')}#${hash(path)}`;
  return parseRoomName(room).ok ? room : `#${hash(path)}`;
}

function decode(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return pathname; // URIError: bytes that are not UTF-8 stay as the URL spells them
  }
}

/** FNV-1a, 32 bits: tells long paths apart; nothing relies on it being hard to collide. */
function hash(text: string): string {
  let sum = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193);
  return (sum >>> 0).toString(36);
}
