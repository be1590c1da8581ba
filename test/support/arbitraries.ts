import fc from 'fast-check';
import type { Clock } from '../../protocol/clock.ts';
import type { Entry } from '../../protocol/entry.ts';
import type { Author, EntryFrame, Member } from '../../protocol/frames.ts';
import { addRange, type Have, type Range, type Ranges } from '../../protocol/have.ts';
import { isEntryId, isReplicaId, isUserId } from '../../protocol/ids.ts';
import { cleanName } from '../../protocol/names.ts';
import { parseRoomName } from '../../protocol/rooms.ts';
import { shapedCertificate } from './certificate.ts';

const BASE64URL = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'];
const base64url = (length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...BASE64URL), minLength: length, maxLength: length });

export const replicaIds = base64url(22).filter(isReplicaId);
export const entryIds = base64url(43).filter(isEntryId);
export const userIds = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter(isUserId);
export const seqs = fc.integer({ min: 1, max: 1_000_000 });

/** Room names as they stand after NFC. */
export const roomNames = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 30 })
  .map(parseRoomName)
  .filter((room) => room.ok)
  .map((room) => room.value);

export const clocks: fc.Arbitrary<Clock> = fc.tuple(fc.nat(4_000_000_000_000), fc.nat(10));
/** Clocks near one another, so that ties and carries happen. */
export const nearClocks: fc.Arbitrary<Clock> = fc.tuple(fc.nat(5), fc.nat(5));

export const ranges: fc.Arbitrary<Range> = fc
  .tuple(fc.integer({ min: 1, max: 60 }), fc.nat(6))
  .map(([from, more]) => [from, from + more]);
export const rangeLists: fc.Arbitrary<Ranges> = fc
  .array(ranges, { maxLength: 12 })
  .map((list) => list.reduce<Ranges>((held, range) => addRange(held, range), []));
export const haves: fc.Arbitrary<Have> = fc
  .array(fc.tuple(replicaIds, rangeLists), { maxLength: 5 })
  .map((pairs) => new Map(pairs));

export const entries: fc.Arbitrary<Entry> = fc.record({
  id: entryIds,
  replica: replicaIds,
  seq: seqs,
  prev: fc.option(entryIds, { nil: null }),
  clock: clocks,
  kind: fc.constantFrom('message', 'edit', 'delete', 'a-newer-kind'),
  payload: fc.json(),
  cert: fc.constantFrom(shapedCertificate(), shapedCertificate('Zoë'), shapedCertificate('Ada', 5_000)),
  sig: base64url(86),
});

const shownNames = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  .map(cleanName)
  .filter((name) => name !== undefined);
export const authors: fc.Arbitrary<Author> = fc.record({ user: userIds, name: shownNames });
export const members: fc.Arbitrary<Member> = fc.record({
  user: userIds,
  name: shownNames,
  replica: replicaIds,
  rtc: fc.boolean(),
});
export const entryFrames: fc.Arbitrary<EntryFrame> = fc.record(
  { v: fc.constant<1>(1), entry: entries, author: authors, epoch: base64url(8), offset: fc.nat() },
  { requiredKeys: ['v', 'entry'] },
);
