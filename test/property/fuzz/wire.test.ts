import { expect } from 'chai';
import fc from 'fast-check';
import { parseChannel, roomChannel } from '../../../protocol/channels.ts';
import { parseFrame } from '../../../protocol/frames.ts';
import { parseJoinReply } from '../../../protocol/join.ts';
import { parseJson } from '../../../protocol/json.ts';
import { LIMITS } from '../../../protocol/limits.ts';
import { cleanName } from '../../../protocol/names.ts';
import { isRefusalCode } from '../../../protocol/refusals.ts';
import { decodeRoom, encodeRoom, parseRoomName } from '../../../protocol/rooms.ts';
import { parseSignal } from '../../../protocol/signals.ts';
import { parseBatch } from '../../../server/gate/batch.ts';
import { parseEnvelope } from '../../../server/redis/envelope.ts';
import { readTold, readWritten } from '../../../server/redis/heard.ts';
import { topicOf } from '../../../server/redis/keys.ts';
import { readArrival } from '../../../server/redis/log.ts';
import { splitLinks } from '../../../widget/ui/rich-text.ts';
import { authors, entryFrames, haves, members, roomNames } from '../../support/arbitraries.ts';
import { fuzz } from './fuzz.ts';

const REPLICA = 'AAAAAAAAAAAAAAAAAAAAAA';
const LOBBY = '/rooms/lobby';

const json = fc.jsonValue({ maxDepth: 3 });
/** Objects that have the fields that a parser looks for, with whatever in them. */
const objects = (...names: readonly string[]) =>
  fc.dictionary(fc.constantFrom(...names, '__proto__', 'constructor'), json, { maxKeys: 6 });
const written = (values: fc.Arbitrary<unknown>) => values.map((value) => JSON.stringify(value) ?? 'null');
/** Texts as a language with UTF-16 strings can hold them, halves of characters among them. */
const units = fc.array(fc.oneof(fc.nat(0xff), fc.integer({ min: 0xd700, max: 0xe100 }), fc.nat(0xffff)), {
  maxLength: 60,
});
const texts = fc.oneof(
  units.map((codes) => String.fromCharCode(...codes)),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
);
const sample = <T>(values: fc.Arbitrary<T>) =>
  fc.sample(values, { numRuns: 4, seed: 7 }).map((value) => JSON.stringify(value));

/** A value, or a refusal with a code of the list and a sentence. */
function expectRead(result: { readonly ok: boolean; readonly code?: unknown; readonly message?: unknown }): void {
  if (result.ok) return;
  if (!isRefusalCode(result.code)) throw new Error(`no code: ${JSON.stringify(result)}`);
  if (typeof result.message !== 'string' || result.message === '') throw new Error('no sentence');
}

afterEach(() => {
  expect(Object.keys(Object.prototype)).to.deep.equal([]);
  expect(Reflect.get({}, 'polluted')).to.equal(undefined);
});

describe('what comes over the wire, fuzzed', () => {
  const clientId = 'c'.repeat(40);
  const messages = objects('channel', 'clientId', 'id', 'ext', 'data', 'subscription', 'version', 'advice');
  fuzz({
    what: 'payloads at the gate',
    valid: [
      {
        channel: '/meta/handshake',
        version: '1.0',
        supportedConnectionTypes: ['websocket'],
        ext: { natter: { name: 'A' } },
      },
      { channel: '/meta/connect', clientId, connectionType: 'websocket', advice: { timeout: 0 }, id: '1' },
      { channel: '/meta/subscribe', clientId, subscription: [LOBBY, `${LOBBY}/presence`], id: 2 },
      { channel: '/meta/unsubscribe', clientId, subscription: LOBBY },
      { channel: '/meta/disconnect', clientId },
      { channel: `${LOBBY}/replicas/${REPLICA}`, clientId, data: { text: 'hi' } },
    ].map((message) => JSON.stringify([message])),
    made: written(
      fc.oneof(
        { weight: 99, arbitrary: fc.array(messages, { maxLength: 2 }) },
        { weight: 1, arbitrary: fc.array(messages, { minLength: 30, maxLength: 34 }) },
      ),
    ),
    read(input) {
      const batch = parseBatch(input);
      if (!batch.ok) return expectRead(batch.refusal);
      if (batch.messages.length > LIMITS.batch) throw new Error('too many');
      for (const message of batch.messages) if (message.type === 'refused') expectRead(message.refusal);
    },
  });

  const frames = [
    ...[...sample(entryFrames), ...sample(members.map((member) => ({ v: 1, kind: 'join', member })))],
    ...sample(
      fc.record({
        v: fc.constant(1),
        kind: fc.constant('hello'),
        author: authors,
        have: haves.map(Object.fromEntries),
      }),
    ),
    ...[
      {
        v: 1,
        kind: 'ack',
        ranges: [
          [1, 2],
          [5, 9],
        ],
        read: 7,
        from: REPLICA,
      },
      { v: 1, kind: 'fetch', below: [5, 0] },
      { v: 1, kind: 'crowd', count: 3, joined: [], left: [REPLICA] },
      { v: 1, kind: 'signal', session: 's', signal: { type: 'renegotiate' } },
      { v: 1, kind: 'typing', on: true },
    ].map((frame) => JSON.stringify(frame)),
  ];
  fuzz({
    what: 'frames',
    valid: frames,
    made: written(
      fc
        .tuple(
          objects(
            'entry',
            'author',
            'epoch',
            'offset',
            'from',
            'ranges',
            'have',
            'member',
            'signal',
            'session',
            'entries',
          ),
          fc.constantFrom(
            'join',
            'leave',
            'crowd',
            'typing',
            'signal',
            'ack',
            'fetch',
            'entries',
            'hello',
            'ping',
            'new',
          ),
        )
        .map(([fields, kind]) => ({ ...fields, v: 1, kind })),
    ),
    read(input) {
      const frame = parseFrame(parseJson(input));
      expectRead(frame);
      if (!frame.ok || frame.value === undefined) return;
      const again = parseFrame(parseJson(JSON.stringify(frame.value)));
      if (JSON.stringify(again.ok && again.value) !== JSON.stringify(frame.value)) throw new Error('reads as another');
    },
  });

  fuzz({
    what: 'signals',
    valid: [
      {
        type: 'offer',
        sdp: 'v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n',
      },
      { type: 'answer', sdp: 'v=0\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=sctp-port:5000\r\n' },
      {
        type: 'candidate',
        candidate: { candidate: 'candidate:1 1 udp 1 192.0.2.1 9 typ host', sdpMid: '0', sdpMLineIndex: 0 },
      },
      { type: 'renegotiate' },
    ].map((signal) => JSON.stringify(signal)),
    made: written(
      fc
        .tuple(
          objects('sdp', 'candidate', 'sdpMid'),
          fc.constantFrom('offer', 'answer', 'candidate', 'renegotiate', 'x'),
          texts,
        )
        .map(([fields, type, text]) => ({
          sdp: `v=0${text}`,
          candidate: { candidate: `candidate:${text}` },
          ...fields,
          type,
        })),
    ),
    read(input) {
      const signal = parseSignal(parseJson(input));
      expectRead(signal);
      if (!signal.ok) return;
      if (JSON.stringify(signal.value).length > 16 * LIMITS.signalLength) throw new Error('too long');
      if ('sdp' in signal.value && /^m=(?!application )/m.test(signal.value.sdp)) throw new Error('media');
    },
  });

  fuzz({
    what: 'rooms’ names, their segments and channels',
    valid: [
      ...fc.sample(roomNames, { numRuns: 20, seed: 7 }).map(roomChannel),
      `${LOBBY}/presence`,
      `${LOBBY}/replicas/${REPLICA}`,
    ],
    made: fc.oneof(
      texts,
      roomNames.map(encodeRoom),
      fc.string({ unit: fc.constantFrom('~', '/', '6', 'c', 'C', '%', '*') }),
    ),
    read(input) {
      const channel = parseChannel(input);
      expectRead(channel);
      const segment = decodeRoom(input);
      if (segment.ok && encodeRoom(segment.value) !== input) throw new Error('two spellings');
      const room = parseRoomName(input);
      if (!room.ok) return expectRead(room);
      const back = decodeRoom(encodeRoom(room.value));
      if (!back.ok || back.value !== room.value) throw new Error('does not come back');
      if (!parseChannel(roomChannel(room.value)).ok) throw new Error('has no channel');
    },
  });

  fuzz({
    what: 'answers to joins',
    valid: [
      JSON.stringify({
        ...{ members: [], entries: [], more: false, epoch: 'e', offset: 0, floor: 1, recovered: false, have: {} },
        ...{ ice: [{ urls: 'stun:a' }], settings: { history: 1000, mesh: 8 }, replica: REPLICA, count: 1 },
      }),
    ],
    made: written(
      objects('members', 'entries', 'more', 'epoch', 'offset', 'floor', 'recovered', 'have', 'ice', 'settings'),
    ),
    read: (input) => expectRead(parseJoinReply(parseJson(input))),
  });
});

describe('what Redis brings, fuzzed', () => {
  const topic = topicOf(LOBBY);
  const frame = JSON.stringify({ v: 1, kind: 'typing', on: true });
  fuzz({
    what: 'messages on the bus',
    valid: [
      ...[`${LOBBY}\n${frame}`, `1,2\n[${frame}]`, `e 1 1 0\n${sample(entryFrames)[0]}`],
      '{"type":"ask","edge":"x","ask":1,"socket":1,"message":{"channel":"/meta/connect","clientId":"x"}}',
      '{"type":"answer","ask":1,"replies":["{}",["/rooms/lobby","{}"]]}',
      '{"type":"close","socket":1,"code":1000,"reason":"x"}',
      '{"type":"alive","edge":"x","sockets":[1]}',
    ],
    made: written(
      objects('type', 'edge', 'ask', 'socket', 'message', 'replies', 'deliveries', 'sockets', 'code', 'reason'),
    ),
    read(input) {
      const told = readTold(topic, input);
      if (told && topicOf(told.channel) !== topic) throw new Error('another room');
      const batch = readWritten(input);
      if (batch) JSON.parse(batch.text);
      const envelope = parseEnvelope(input);
      if (envelope?.type === 'answer') JSON.stringify(envelope);
      const end = input.indexOf('\n');
      readArrival(input.slice(0, end), input.slice(end + 1));
    },
  });
});

describe('what people write, fuzzed', () => {
  fuzz({
    what: 'texts with links',
    valid: [
      'see https://example.com/a(b)?c=d#e, and mailto:a@b.example.',
      'javascript:alert(1) http://x\u202ey/',
      'https://[::1]:80/)))',
    ],
    made: fc.oneof(
      texts,
      fc.string({
        unit: fc.constantFrom('https://', 'mailto:', ')', '(', ']', '.', '@', '\u202e', 'a', ' ', ':'),
        maxLength: 200,
      }),
    ),
    read(input) {
      const runs = splitLinks(input.slice(0, LIMITS.textLength));
      if (runs.map(({ text }) => text).join('') !== input.slice(0, LIMITS.textLength))
        throw new Error('changes the text');
      for (const run of runs)
        if (run.type === 'link' && !/^(?:https?|mailto):/.test(run.href)) throw new Error(run.href);
    },
  });

  fuzz({
    what: 'names',
    valid: ['Ada Lovelace', 'e\u0301', '👩‍👩‍👧‍👦', '\u202eevil', 'عمر'],
    made: texts,
    read(input) {
      const name = cleanName(input);
      if (name === undefined) return;
      if (/[\p{Cc}\p{Cs}\p{Bidi_Control}]/u.test(name)) throw new Error('not clean');
      if (cleanName(name) !== name) throw new Error('not settled');
    },
  });
});
