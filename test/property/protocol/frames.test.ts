import { expect } from 'chai';
import fc from 'fast-check';
import { parseCertificate } from '../../../protocol/certificate.ts';
import { parseChannel } from '../../../protocol/channels.ts';
import { parseEntry } from '../../../protocol/entry.ts';
import { type EntryFrame, type Frame, parseEntryFrames, parseFrame } from '../../../protocol/frames.ts';
import { parseHandshakeReply } from '../../../protocol/handshake.ts';
import { haveToRecord, parseHave } from '../../../protocol/have.ts';
import type { EntryId } from '../../../protocol/ids.ts';
import { parseJoinReply, parseJoinRequest, parseRenewal } from '../../../protocol/join.ts';
import { isShallow } from '../../../protocol/json.ts';
import { parseBody, payloadOf } from '../../../protocol/payloads.ts';
import { isRefusalCode } from '../../../protocol/refusals.ts';
import type { Result } from '../../../protocol/result.ts';
import { parseRoomName } from '../../../protocol/rooms.ts';
import { parseSignal } from '../../../protocol/signals.ts';
import {
  authors,
  clocks,
  entryFrames,
  entryIds,
  haves,
  members,
  rangeLists,
  replicaIds,
  seqs,
  userIds,
} from '../../support/arbitraries.ts';
import { shapedCertificate } from '../../support/certificate.ts';

const v = fc.constant<1>(1);
const kind = <K extends string>(name: K): fc.Arbitrary<K> => fc.constant(name);
const candidate = fc.record({
  candidate: fc.constantFrom('', 'candidate:1 1 udp 2113937151 192.0.2.1 54400 typ host'),
  sdpMid: fc.constantFrom('0', null),
  sdpMLineIndex: fc.constantFrom(0, null),
});
const signals = fc.oneof(
  fc.record({
    type: fc.constantFrom('offer' as const, 'answer' as const),
    sdp: kind('v=0\r\nm=application 9 UDP/DTLS/SCTP x\r\n'),
  }),
  fc.record({ type: kind('candidate'), candidate }),
  fc.record({ type: kind('renegotiate') }),
);

const signature = {
  fingerprint: fc.constantFrom('', 'sha-256 AB:CD'),
  cert: fc.constantFrom(shapedCertificate(), shapedCertificate('Zoë')),
  sig: kind('s'.repeat(86)),
};
const contradicting = (frame: EntryFrame, id: EntryId): readonly EntryFrame[] => [
  { v: 1, entry: frame.entry },
  { v: 1, entry: { ...frame.entry, id } },
];

const about = { user: userIds, have: haves.map(haveToRecord) };
const acts = fc.oneof(
  fc.record({ type: kind('mute'), until: fc.nat(), ...about }),
  fc.record({ type: fc.constantFrom('unmute', 'ban', 'unban'), ...about }),
  fc.record({ type: kind('slow'), seconds: fc.nat(21_600) }),
  fc.record({ type: kind('read-only'), on: fc.boolean() }),
  fc.record({ type: kind('lock'), users: fc.array(userIds, { maxLength: 5 }) }),
  fc.record({ type: kind('unlock') }),
);

/** One of each kind, as frames.ts lists them. */
const frames: fc.Arbitrary<Frame> = fc.oneof(
  entryFrames,
  fc.record({ v, kind: kind('join'), member: members }),
  fc.record(
    { v, kind: kind('leave'), replica: replicaIds, cut: fc.constant(true as const) },
    { requiredKeys: ['v', 'kind', 'replica'] },
  ),
  fc.record({
    ...{ v, kind: kind('crowd'), count: fc.nat() },
    joined: fc.array(members, { maxLength: 4 }),
    left: fc.array(replicaIds, { maxLength: 4 }),
  }),
  fc.record({ v, kind: kind('typing'), replica: replicaIds, on: fc.boolean() }),
  fc.record({ v, kind: kind('typing'), on: fc.boolean() }),
  fc.record({ v, kind: kind('signal'), from: replicaIds, session: kind('s1'), signal: signals, ...signature }),
  fc.record({ v, kind: kind('signal'), session: kind('s1'), signal: signals, ...signature }),
  fc.record({
    v,
    kind: kind('proof'),
    entries: fc.tuple(entryFrames, entryIds).map(([frame, id]) => contradicting(frame, id)),
  }),
  fc.record(
    { v, kind: kind('report'), target: entryIds, reason: fc.string({ maxLength: 500 }) },
    { requiredKeys: ['v', 'kind', 'target'] },
  ),
  fc.record({ v, kind: kind('ack'), from: replicaIds, ranges: rangeLists }),
  fc.record({ v, kind: kind('ack'), ranges: rangeLists, read: seqs }, { requiredKeys: ['v', 'kind', 'ranges'] }),
  fc.record({ v, kind: kind('fetch'), after: fc.nat() }),
  fc.record({ v, kind: kind('fetch'), before: fc.nat() }),
  fc.record({ v, kind: kind('fetch'), from: replicaIds, below: clocks }),
  fc.record({ v, kind: kind('entries'), entries: fc.array(entryFrames, { maxLength: 4 }), more: fc.boolean() }),
  fc.record({
    v,
    kind: kind('entries'),
    from: replicaIds,
    entries: fc.array(entryFrames),
    more: fc.boolean(),
    below: clocks,
  }),
  fc.record({ v, kind: kind('hello'), author: authors, have: haves.map(haveToRecord) }),
  fc.record({
    v,
    kind: kind('hello'),
    from: replicaIds,
    author: authors,
    have: haves.map(haveToRecord),
    asks: v.map(() => true),
  }),
  fc.record({ v, kind: kind('ping'), n: fc.nat() }),
  fc.record({ v, kind: kind('pong'), n: fc.nat() }),
  fc.record({ v, kind: kind('bye') }),
);

describe('frames, any', () => {
  it('[FRAME-1] a frame comes back from its JSON, without fields it does not have', () => {
    fc.assert(
      fc.property(frames, (frame) => {
        const wire: unknown = { ...JSON.parse(JSON.stringify(frame)), __proto__x: 1, extra: { deep: true } };
        expect(parseFrame(wire)).to.deep.equal({ ok: true, value: frame });
      }),
      { numRuns: 500 },
    );
  });

  it('[FRAME-2] any JSON is read, ignored or refused with a code by every parser, without an exception', () => {
    const parsers: readonly ((value: unknown) => Result<unknown>)[] = [
      parseFrame,
      parseEntry,
      parseEntryFrames,
      parseHave,
      parseChannel,
      parseRoomName,
      parseSignal,
      parseJoinRequest,
      parseJoinReply,
      parseRenewal,
      parseCertificate,
      parseHandshakeReply,
      ...['message', 'edit', 'delete', 'reaction', 'moderation', 'void', 'a-newer-kind'].map(
        (name) => (value: unknown) => parseBody(name, JSON.stringify(value) ?? ''),
      ),
    ];
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), frames.chain(damaged)), (value) => {
        for (const parse of parsers) {
          const result = parse(value);
          if (!result.ok) expect(isRefusalCode(result.code)).to.equal(true);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('[BODY-1] [BODY-2] [BODY-3] what is written as a payload is read back', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1 }).filter((some) => some.trim() !== '');
    const draft = fc.string({ maxLength: 64 });
    const bodies = fc.oneof(
      fc.record({ kind: kind('message'), text, draft }, { requiredKeys: ['kind', 'text'] }),
      fc.record({ kind: kind('edit'), target: entryIds, text }),
      fc.record({ kind: kind('delete'), target: entryIds }),
      fc.record({ kind: kind('reaction'), target: entryIds, emoji: fc.constantFrom('👍', '🎉'), on: fc.boolean() }),
      fc.record({ kind: kind('moderation'), act: acts }),
      fc.record({ kind: kind('void') }),
    );
    fc.assert(
      fc.property(bodies, (body) => {
        expect(parseBody(body.kind, payloadOf(body))).to.deep.equal({ ok: true, value: body });
      }),
    );
  });

  it('[JSON-1] depth is what the parsed value has', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.nat(8), (value, limit) => {
        expect(isShallow(JSON.stringify(value), limit)).to.equal(depthOf(value) <= limit);
      }),
      { numRuns: 500 },
    );
  });
});

/** A frame with one field replaced by something else. */
function damaged(frame: Frame): fc.Arbitrary<unknown> {
  const wire: Record<string, unknown> = { ...frame };
  return fc
    .tuple(fc.constantFrom(...Object.keys(wire)), fc.jsonValue())
    .map(([key, value]) => ({ ...wire, [key]: value }));
}

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}
