import { expect } from 'chai';
import { compareClocks, isClock, tickClock } from '../../../protocol/clock.ts';
import { parseEntry } from '../../../protocol/entry.ts';
import { parseEntryFrames, parseFrame } from '../../../protocol/frames.ts';
import { addRange, isRanges, parseHave } from '../../../protocol/have.ts';
import { isShallow, parseJson } from '../../../protocol/json.ts';
import { parseBody, payloadOf } from '../../../protocol/payloads.ts';
import { bayeuxError, isRefusalCode, REFUSALS } from '../../../protocol/refusals.ts';
import { parseRoomName } from '../../../protocol/rooms.ts';
import { proofText, sealText } from '../../../protocol/seal.ts';
import { shapedCertificate } from '../../support/certificate.ts';

const replica = 'r'.repeat(22);
const target = 'e'.repeat(43);
const entry = {
  ...{ id: target, replica, seq: 1, prev: null, clock: [1, 0], kind: 'message', payload: '{}' },
  ...{ cert: shapedCertificate(), sig: 's'.repeat(86) },
};

function codeOf(result: { readonly ok: boolean; readonly code?: string }): string | undefined {
  return result.ok ? undefined : result.code;
}

describe('entries', () => {
  it('[FRAME-4] are read without fields that they do not have', () => {
    expect(parseEntry({ ...entry, other: 1 })).to.deep.equal({ ok: true, value: entry });
    const second = { ...entry, seq: 2, prev: 'p'.repeat(43), cert: shapedCertificate('Zoë') };
    expect(parseEntry(second)).to.deep.equal({ ok: true, value: second });
  });

  it('[FRAME-4] are refused with a field missing or of another shape', () => {
    const changes: Readonly<Record<string, readonly unknown[]>> = {
      id: [undefined, 'e'.repeat(42), 1, `${'e'.repeat(42)}!`],
      replica: [undefined, '__proto__', [replica]],
      seq: [undefined, 0, -1, 1.5, '1', 2 ** 53, Number.NaN],
      prev: [undefined, '', 'x'],
      clock: [undefined, 1, [1], [1, 2, 3], [-1, 0], [1.5, 0], [2 ** 53, 0], ['1', 0]],
      kind: [undefined, '', 'Message', 'a'.repeat(33), '1a'],
      payload: [undefined, {}, null],
      cert: [undefined, null, '', 'a b', 'a'.repeat(2561)],
      sig: [undefined, null, 7, '', 's'.repeat(85), 's'.repeat(87), `${'s'.repeat(85)}+`],
    };
    for (const [field, values] of Object.entries(changes)) {
      for (const value of values) expect(codeOf(parseEntry({ ...entry, [field]: value })), field).to.equal('malformed');
    }
    expect(codeOf(parseEntry({ ...entry, payload: 'x'.repeat(32 * 1024 + 1) }))).to.equal('too_large');
    expect(parseEntry({ ...entry, payload: 'x'.repeat(32 * 1024) }).ok).to.equal(true);
  });
});

describe('frames', () => {
  it('[FRAME-3] of an unknown kind are ignored, of an unknown version refused', () => {
    expect(parseFrame({ v: 1, kind: 'poll', on: 1 })).to.deep.equal({ ok: true, value: undefined });
    for (const kind of ['constructor', '__proto__', 'toString']) {
      expect(parseFrame({ v: 1, kind })).to.deep.equal({ ok: true, value: undefined });
    }
    expect(codeOf(parseFrame({ v: 2, kind: 'bye' }))).to.equal('malformed');
    expect(codeOf(parseFrame({ kind: 'bye' }))).to.equal('malformed');
    expect(codeOf(parseFrame({ v: 1 }))).to.equal('malformed');
  });

  it('[FRAME-2] with a field missing or of another shape are refused', () => {
    const bad: readonly object[] = [
      { kind: 'join' },
      { kind: 'join', member: { user: 'u', name: '', replica } },
      { kind: 'leave', replica: 'x' },
      { kind: 'crowd', joined: [], left: [] },
      { kind: 'crowd', count: -1, joined: [], left: [] },
      { kind: 'crowd', count: 1, joined: [{}], left: [] },
      { kind: 'crowd', count: 1, joined: [], left: ['x'] },
      { kind: 'typing' },
      { kind: 'typing', on: 'yes' },
      { kind: 'typing', on: true, replica: 'x' },
      { kind: 'signal', session: '', signal: { type: 'renegotiate' } },
      { kind: 'signal', session: 's'.repeat(65), signal: { type: 'renegotiate' } },
      { kind: 'signal', session: 's', from: 'x', signal: { type: 'renegotiate' } },
      { kind: 'signal', session: 's', signal: { type: 'media' } },
      { kind: 'ack', ranges: [[2, 1]] },
      { kind: 'ack', ranges: [], from: 'x' },
      { kind: 'fetch' },
      { kind: 'fetch', after: 1, before: 2 },
      { kind: 'fetch', after: -1 },
      { kind: 'fetch', below: [-1, 0] },
      { kind: 'fetch', below: 7 },
      { kind: 'ack', ranges: [], read: 0 },
      { kind: 'ack', ranges: [], read: 1.5 },
      { kind: 'bye', from: 'x' },
      { kind: 'hello', author: { user: 'u', name: 'n' }, have: {}, from: {} },
      { kind: 'entries', entries: [] },
      { kind: 'entries', entries: [{}], more: false },
      { kind: 'entries', entries: [], more: false, epoch: '' },
      { kind: 'hello', author: { user: 'u', name: 'n' } },
      { kind: 'hello', have: {} },
      { kind: 'ping' },
      { kind: 'pong', n: -1 },
      { entry: {} },
      { entry, author: {} },
      { entry, epoch: 'e'.repeat(65) },
      { entry, offset: 1.5 },
    ];
    for (const frame of bad)
      expect(codeOf(parseFrame({ v: 1, ...frame })), JSON.stringify(frame)).to.equal('malformed');
  });

  it('[FRAME-2] a list with one bad entry, or over its limit, is refused whole', () => {
    const frame = { v: 1, entry };
    expect(parseEntryFrames([frame, frame], 2).ok).to.equal(true);
    expect(codeOf(parseEntryFrames([frame, frame], 1))).to.equal('malformed');
    expect(codeOf(parseEntryFrames([frame, {}]))).to.equal('malformed');
    expect(codeOf(parseEntryFrames({ 0: frame, length: 1 }))).to.equal('malformed');
  });

  it('[FRAME-1] say who sent them, whatever their kind', () => {
    for (const frame of [
      { kind: 'hello', author: { user: 'u', name: 'n' }, have: {} },
      { kind: 'entries', entries: [], more: false },
      { kind: 'fetch', below: [7, 1] },
      { kind: 'bye' },
    ]) {
      expect(parseFrame({ v: 1, from: replica, ...frame })).to.deep.equal({
        ok: true,
        value: { v: 1, from: replica, ...frame },
      });
    }
  });

  it('[BODY-1] a text is not blank and has at most 8,000 characters', () => {
    expect(parseBody('message', '{"text":"hi","draft":"d1","x":1}')).to.deep.equal({
      ok: true,
      value: { kind: 'message', text: 'hi', draft: 'd1' },
    });
    expect(parseBody('message', `{"text":"hi","draft":"${'d'.repeat(65)}"}`)).to.deep.equal({
      ok: true,
      value: { kind: 'message', text: 'hi' },
    });
    for (const kind of ['message', 'edit']) {
      const said = (text: unknown) => parseBody(kind, JSON.stringify({ target, text }));
      for (const bad of [undefined, '', ' \n', 7]) expect(codeOf(said(bad)), kind).to.equal('malformed');
      expect(said('a'.repeat(8_000)).ok).to.equal(true);
      expect(codeOf(said('a'.repeat(8_001)))).to.equal('too_large');
    }
  });

  it('[BODY-2] what changes another entry names it; a reaction is one emoji, on or off', () => {
    const bodies = [
      { kind: 'edit', target, text: 'x' },
      { kind: 'delete', target },
      { kind: 'reaction', target, emoji: '👍', on: true },
      { kind: 'reaction', target, emoji: '🇳🇴', on: false },
      { kind: 'reaction', target, emoji: '👩‍👩‍👧‍👦', on: true },
      { kind: 'reaction', target, emoji: '❤️', on: true },
      { kind: 'void' },
    ] as const;
    for (const body of bodies) {
      expect(parseBody(body.kind, payloadOf(body as never))).to.deep.equal({ ok: true, value: body });
    }
    const bad: readonly (readonly [string, object])[] = [
      ...['edit', 'delete', 'reaction'].map((kind) => [kind, { text: 'x', emoji: '👍', on: true }] as const),
      ...['', 'a', 'a👍', '👍 ', '<b>', 'thumbs', 7, undefined].map(
        (emoji) => ['reaction', { target, emoji, on: true }] as const,
      ),
      ['reaction', { target, emoji: '👍' }],
      ['delete', { target: 'x' }],
    ];
    for (const [kind, payload] of bad) {
      expect(codeOf(parseBody(kind, JSON.stringify(payload))), JSON.stringify(payload)).to.equal('malformed');
    }
  });

  it('[BODY-3] every payload is an object; of a kind of a newer version no more is asked', () => {
    for (const kind of ['message', 'void', 'a-newer-kind']) {
      for (const bad of ['', 'x', '[]', '7', 'null']) expect(codeOf(parseBody(kind, bad)), bad).to.equal('malformed');
    }
    expect(parseBody('a-newer-kind', '{"whatever":1}')).to.deep.equal({ ok: true, value: undefined });
    expect(parseBody('constructor', '{}')).to.deep.equal({ ok: true, value: undefined });
  });
});

describe('have and clocks', () => {
  it('[HAVE-2] the ninth range makes the lowest forgotten', () => {
    const eight = Array.from({ length: 8 }, (_, i) => [i * 10 + 1, i * 10 + 2] as const);
    expect(addRange(eight, [101, 101])).to.deep.equal([...eight.slice(1), [101, 101]]);
    expect(addRange(eight, [3, 10])).to.deep.equal([[1, 12], ...eight.slice(2)]);
  });

  it('[HAVE-3] what is not ascending, apart, whole and positive is refused', () => {
    for (const bad of [
      [[2, 1]],
      [[0, 1]],
      [
        [1, 2],
        [3, 4],
      ],
      [
        [5, 6],
        [1, 2],
      ],
      [[1, 1.5]],
      [[1]],
      [1],
      {},
      null,
      'x',
    ]) {
      expect(isRanges(bad), JSON.stringify(bad)).to.equal(false);
    }
    expect(
      isRanges([
        [1, 2],
        [4, 4],
      ]),
    ).to.equal(true);
    expect(isRanges(Array.from({ length: 9 }, (_, i) => [i * 3 + 1, i * 3 + 1]))).to.equal(false);
    const replicas = Array.from({ length: 513 }, (_, i) => [String(i).padStart(22, '0'), [[1, 1]]]);
    expect(parseHave(Object.fromEntries(replicas.slice(1))).ok).to.equal(true);
    expect(codeOf(parseHave(Object.fromEntries(replicas)))).to.equal('malformed');
    expect(codeOf(parseHave(JSON.parse(`{"__proto__": [[1, 1]]}`)))).to.equal('malformed');
    expect(codeOf(parseHave([]))).to.equal('malformed');
  });

  it('[CLOCK-1] counts within a millisecond and when the wall clock goes back', () => {
    expect(tickClock([5, 3], 6)).to.deep.equal([6, 0]);
    expect(tickClock([5, 3], 5)).to.deep.equal([5, 4]);
    expect(tickClock([5, 3], 1)).to.deep.equal([5, 4]);
    expect(compareClocks([5, 3], [5, 4])).to.be.lessThan(0);
    expect(compareClocks([6, 0], [5, 4])).to.be.greaterThan(0);
    for (const bad of [
      [Number.NaN, 0],
      [Number.POSITIVE_INFINITY, 0],
      [-1, 0],
      [1, -1],
      [2 ** 53, 0],
      [1],
      'x',
      null,
    ]) {
      expect(isClock(bad), String(bad)).to.equal(false);
    }
  });
});

describe('seals, depth and refusals', () => {
  it('[SEAL-1] has every field behind its length', () => {
    const room = parseRoomName('a b');
    const header = parseEntry({ ...entry, clock: [12, 3] });
    if (!room.ok || !header.ok) throw new Error('they parse');
    expect(sealText(room.value, header.value, 'hash')).to.equal(
      `8:natter/1,5:a~20b,22:${replica},1:1,0:,4:12.3,7:message,4:hash,`,
    );
    expect(proofText(room.value, 'n', 'client')).to.equal('13:natter/1 join,5:a~20b,1:n,6:client,');
  });

  it('[JSON-1] counts open brackets outside strings', () => {
    expect(isShallow('[[{}]]', 3)).to.equal(true);
    expect(isShallow('[[{}]]', 2)).to.equal(false);
    expect(isShallow('["[[[[", "\\"[[["]', 1)).to.equal(true);
    expect(isShallow('[][][]', 1)).to.equal(true);
    expect(isShallow('["\\\\", [[1]]]', 2)).to.equal(false);
    expect(isShallow('["[[ never ends \\"', 1)).to.equal(true);
    expect(isShallow(`"${'\\"['.repeat(10_000)}"`, 1)).to.equal(true);
    expect(isShallow('['.repeat(10_000), 16)).to.equal(false);
    expect(parseJson('{"a":')).to.equal(undefined);
  });

  it('[REFUSE-1] every code has its class and one form on the wire', () => {
    for (const [code, status] of Object.entries(REFUSALS)) {
      if (!isRefusalCode(code)) throw new Error(code);
      expect(status).to.be.within(400, 599);
      expect(bayeuxError(code, 'a: b: c')).to.equal(`${status}::a  b  c`);
    }
    for (const other of ['toString', '__proto__', 'nope', 7, undefined]) expect(isRefusalCode(other)).to.equal(false);
  });
});
