import { parseRoomName } from '../../../protocol/rooms.ts';
import type { RoomView } from '../../../widget/core/view.ts';
import { loadingView } from '../../../widget/runtime/loading-view.ts';
import { AMENDED, AWAY, likes } from './amended.ts';
import { ADA, BO, CHEN, DAY, DIEGO, EVE, ME, MINUTE, member, NOW, person, replicaId, says } from './people.ts';

function roomName(text: string) {
  const parsed = parseRoomName(text);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.value;
}

export const BASE: RoomView = {
  ...loadingView(roomName('The reading room')),
  phase: 'open',
  self: { replica: replicaId('ume'), name: ME.name },
  path: 'direct',
  members: [member(ME, false, true), member(ADA, true), member(BO, true), member(CHEN, true)],
  count: 4,
};

const yesterday = NOW - DAY;

const TALK = [
  says(ADA, yesterday - 40 * MINUTE, 'Did anyone get to the last chapter yet?'),
  says(ADA, yesterday - 39 * MINUTE, 'No spoilers please 🙈'),
  says(CHEN, yesterday - 31 * MINUTE, 'Almost. The part about the lighthouse keeper was worth the whole book.'),
  says(ME, yesterday - 30 * MINUTE, 'I read it twice'),
  says(
    ME,
    yesterday - 30 * MINUTE,
    'The second time on the train, which suits it, somehow: everything is always leaving in that chapter.',
  ),
  says(
    BO,
    NOW - 26 * MINUTE,
    'Morning! The notes from last week are at https://example.com/reading/notes-47 if you missed them.',
  ),
  says(ADA, NOW - 24 * MINUTE, 'Thank you Bo'),
  says(ADA, NOW - 24 * MINUTE, '🎉'),
  says(ME, NOW - 20 * MINUTE, 'These are great. Shall we meet at the same time on Thursday?'),
  says(CHEN, NOW - 12 * MINUTE, 'Thursday works for me.'),
  says(CHEN, NOW - 12 * MINUTE, 'I can bring the second volume, I have two copies.'),
  says(BO, NOW - 6 * MINUTE, 'Same here'),
  says(ME, NOW - 3 * MINUTE, 'Perfect'),
  says(ME, NOW - 2 * MINUTE, 'Ada, you choose the place this time 😊'),
];

const long = person('u-long', 'Wolfeschlegelsteinhausenbergerdorff the Third of Somewhere');

const LONG = [
  says(long, NOW - 9 * MINUTE, 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'),
  says(long, NOW - 8 * MINUTE, `https://example.com/${'a-very-long-path/'.repeat(9)}?query=${'x'.repeat(80)}`),
  says(ME, NOW - 7 * MINUTE, 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'),
  says(ADA, NOW - 6 * MINUTE, 'A list:\n  1. one\n  2. two\n\nand a last line after a gap'),
  says(
    ME,
    NOW - 5 * MINUTE,
    'See https://example.com/(really), or write to mailto:ada@example.com. javascript:alert(1) stays text.',
  ),
  says(BO, NOW - 4 * MINUTE, '👩🏽‍🚀🇳🇱'),
  says(ADA, NOW - 3 * MINUTE, 'هذا نص عربي with English inside'),
];

const ARABIC = [
  says(person('u-layla', 'ليلى'), NOW - 30 * MINUTE, 'صباح الخير جميعا! هل قرأتم الفصل الأخير؟'),
  says(person('u-omar', 'عمر حداد'), NOW - 22 * MINUTE, 'نعم، كان رائعا حقا.'),
  says(ME, NOW - 21 * MINUTE, 'أنا أيضا. سأكتب ملاحظاتي اليوم وأرسل الرابط https://example.com/notes'),
  says(ADA, NOW - 4 * MINUTE, 'I am still learning, but I understood most of it!'),
  says(ME, NOW - 2 * MINUTE, 'ممتاز يا Ada', {
    status: 'read',
    edited: true,
    reactions: [likes('👍', true, ADA)],
    seenBy: [ADA],
  }),
];

const LOCKED = [
  says(ADA, NOW - 50 * MINUTE, '', { mark: 'locked', lockedBy: 'k'.repeat(11) }),
  says(ADA, NOW - 49 * MINUTE, '', { mark: 'locked', lockedBy: 'k'.repeat(11) }),
  says(BO, NOW - 45 * MINUTE, '', { mark: 'damaged' }),
  says(CHEN, NOW - 41 * MINUTE, '', { mark: 'plain' }),
];

const offline = { state: 'browser-offline', since: NOW - 30_000 } as const;

/** Every state the gallery shows, by name. */
export const VIEWS = {
  naming: { ...BASE, phase: 'naming', self: undefined, path: 'connecting', members: [], count: 0 },
  loading: { ...BASE, phase: 'loading', self: undefined, path: 'connecting', members: [], count: 0 },
  left: { ...BASE, phase: 'left', members: [], count: 0 },
  empty: { ...BASE, path: 'waiting', members: [member(ME, false, true)], count: 1 },
  busy: {
    ...BASE,
    messages: TALK,
    typing: [ADA],
    path: 'mixed',
    members: [...BASE.members, member(DIEGO, false)],
    count: 12,
  },
  unread: { ...BASE, messages: TALK, firstUnread: TALK[9]?.key },
  offline: {
    ...BASE,
    path: 'offline',
    connection: offline,
    messages: [...TALK, says(ME, NOW - MINUTE / 2, 'Writing from the tunnel', { status: 'queued' })],
  },
  down: {
    ...BASE,
    path: 'offline',
    connection: { state: 'down', since: NOW - 20_000, retryAt: NOW + 8_000 },
    messages: [...TALK, says(ME, NOW - MINUTE / 2, 'Are you still there?', { status: 'queued' })],
  },
  failed: {
    ...BASE,
    path: 'relayed',
    messages: [
      ...TALK,
      says(ME, NOW - MINUTE, 'This one did not make it', { status: 'failed' }),
      says(ME, NOW - MINUTE / 2, 'Nor did this', { status: 'failed', refusal: 'too_fast' }),
    ],
  },
  long: {
    ...BASE,
    room: roomName('A room with quite a long name, and then some more of it'),
    messages: LONG,
    typing: [long, BO],
    path: 'connecting',
  },
  arabic: {
    ...BASE,
    room: roomName('غرفة القراءة'),
    messages: ARABIC,
    typing: [person('u-layla', 'ليلى')],
    path: 'relayed',
  },
  notice: {
    ...BASE,
    messages: TALK,
    earlier: true,
    notices: ['storage-unavailable', 'insecure-context'],
    path: 'relayed',
  },
  barred: { ...BASE, messages: TALK, path: 'offline', barred: { code: 'guests_off', message: 'guests are off' } },
  locked: { ...BASE, phase: 'locked', self: undefined, path: 'connecting', members: [], count: 0 },
  damaged: {
    ...BASE,
    phase: 'locked',
    self: undefined,
    path: 'connecting',
    members: [],
    count: 0,
    notices: ['damaged-key'],
  },
  'some-locked': { ...BASE, messages: [...LOCKED, ...TALK.slice(8)] },
  'all-locked': { ...BASE, messages: LOCKED },
  moderator: {
    ...BASE,
    messages: TALK,
    moderates: true,
    members: [
      { ...member(ME, false, true), role: 'moderator' },
      member(ADA, true),
      member(BO, true),
      { ...member(CHEN, true), muted: true },
    ],
    rules: { slow: 10, readOnly: false, locked: false },
    silenced: [
      { ...EVE, why: 'banned' },
      { ...DIEGO, why: 'muted' },
    ],
    reports: [{ key: TALK[9]?.key ?? '', by: BO, author: CHEN, text: 'Thursday works for me.', reason: undefined }],
  },
  muted: {
    ...BASE,
    messages: TALK,
    members: [
      { ...member(ME, false, true), muted: true },
      { ...member(ADA, true), role: 'moderator' },
      member(BO, true),
      member(CHEN, true),
    ],
    writing: { state: 'muted', until: NOW + 60 * MINUTE },
    blocked: [DIEGO],
  },
  mutedForDays: { ...BASE, messages: TALK, writing: { state: 'muted', until: NOW + 2 * DAY } },
  readOnly: {
    ...BASE,
    messages: TALK,
    writing: { state: 'read-only' },
    rules: { slow: 0, readOnly: true, locked: false },
  },
  slow: {
    ...BASE,
    messages: TALK,
    writing: { state: 'slow', until: NOW + 8_000 },
    rules: { slow: 10, readOnly: false, locked: false },
  },
  shut: { ...BASE, path: 'offline', barred: { code: 'room_locked', message: 'nobody new comes in now' } },
  banned: {
    ...BASE,
    messages: TALK,
    path: 'offline',
    writing: { state: 'banned' },
    barred: { code: 'banned', message: 'a moderator has banned you' },
  },
  amended: { ...BASE, messages: AMENDED, away: AWAY },
  earlier: { ...BASE, messages: TALK.slice(5), earlier: true, loadingEarlier: true },
  crowd: {
    ...BASE,
    messages: TALK,
    members: [...BASE.members, member(DIEGO, false), member(EVE, false)],
    count: 131,
    path: 'relayed',
  },
} as const satisfies Readonly<Record<string, RoomView>>;

export type ViewName = keyof typeof VIEWS;
