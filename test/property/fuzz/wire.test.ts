import { expect } from 'chai';
import fc from 'fast-check';
import { parseChannel, roomChannel } from '../../../protocol/channels.ts';
import { envelopeText, parseEnvelope as parseSealed } from '../../../protocol/envelope.ts';
import { parseFrame } from '../../../protocol/frames.ts';
import { parseJoinReply } from '../../../protocol/join.ts';
import { parseJson } from '../../../protocol/json.ts';
import { keyInFragment, parseKeyText } from '../../../protocol/key-text.ts';
import { LIMITS } from '../../../protocol/limits.ts';
import { cleanName } from '../../../protocol/names.ts';
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
import { expectRead, objects, texts, written } from './made.ts';

const REPLICA = 'AAAAAAAAAAAAAAAAAAAAAA';
const LOBBY = '/rooms/lobby';

const sample = <T>(values: fc.Arbitrary<T>) =>
  fc.sample(values, { numRuns: 4, seed: 7 }).map((value) => JSON.stringify(value));

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

describe('what encrypted rooms read, fuzzed', () => {
  const envelope = { key: 'k'.repeat(11), nonce: 'n'.repeat(16), sealed: 's'.repeat(44) };
  fuzz({
    what: 'encrypted payloads',
    valid: [envelope, { ...envelope, sealed: 's'.repeat(8_000) }].map(envelopeText),
    made: fc.oneof(texts, written(objects('v', 'key', 'nonce', 'sealed'))),
    read(input) {
      const sealed = parseSealed(input);
      if (!sealed.ok) return expectRead(sealed);
      if (envelopeText(sealed.value) !== input) throw new Error('read what is not its one spelling');
    },
  });

  const secret = `${'k'.repeat(42)}A`;
  const links = [`https://example.com/a?b#c&natter-key=${secret}`, `#natter-key=${secret}.${'p'.repeat(21)}A`];
  fuzz({
    what: 'keys, links and passphrases',
    valid: [...links, secret, 'open sesame'],
    made: fc.oneof(
      texts,
      texts.map((text) => `#natter-key=${text}`),
    ),
    read(input) {
      const key = parseKeyText(input);
      if (!key.ok) return expectRead(key);
      if (key.value.type === 'secret') {
        if (
          Buffer.from(key.value.secret, 'base64url').toString('base64url') !== key.value.secret ||
          !input.includes(key.value.secret)
        )
          throw new Error('another key than was written');
      } else if (keyInFragment(input) !== undefined) throw new Error('a damaged link is no passphrase');
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
