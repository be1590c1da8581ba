import { expect } from 'chai';
import { isEpoch, parseFrame, parseMember } from '../../../protocol/frames.ts';
import { isUserId } from '../../../protocol/ids.ts';
import { parseJoinReply } from '../../../protocol/join.ts';
import { cleanName } from '../../../protocol/names.ts';
import { parseBody } from '../../../protocol/payloads.ts';
import { parseSignal } from '../../../protocol/signals.ts';

const replica = 'r'.repeat(22);

describe('limits are met exactly', () => {
  it('[MOD-1] by what moderators decide', () => {
    const user = 'u';
    const have = (replicas: number) =>
      Object.fromEntries(Array.from({ length: replicas }, (_, i) => [String(i).padEnd(22, '_'), [[1, 2]]]));
    const users = (many: number) => Array.from({ length: many }, (_, i) => `u${i}`);
    const isRead = (act: unknown) => parseBody('moderation', JSON.stringify({ act })).ok;
    const good: readonly object[] = [
      { type: 'mute', user, until: 0, have: {} },
      ...['unmute', 'ban', 'unban'].map((type) => ({ type, user, have: have(64) })),
      { type: 'slow', seconds: 0 },
      { type: 'slow', seconds: 21_600 },
      { type: 'read-only', on: true },
      { type: 'lock', users: users(200) },
      { type: 'unlock' },
    ];
    const bad: readonly unknown[] = [
      ...[undefined, null, 'ban', [], {}, { type: 'promote', user }, { type: '__proto__' }],
      ...[
        { type: 'ban', user: '', have: {} },
        { type: 'ban', user },
        { type: 'ban', user, have: { x: [] } },
      ],
      { type: 'ban', user, have: have(65) },
      ...[-1, 0.5, Number.NaN, '1'].map((until) => ({ type: 'mute', user, until, have: {} })),
      ...[-1, 21_601, '5'].map((seconds) => ({ type: 'slow', seconds })),
      { type: 'read-only' },
      ...[users(201), [1], 'all'].map((list) => ({ type: 'lock', users: list })),
    ];
    for (const act of good) expect(isRead(act), JSON.stringify(act).slice(0, 80)).to.equal(true);
    for (const act of bad) expect(isRead(act), JSON.stringify(act)?.slice(0, 80)).to.equal(false);
  });

  it('[MOD-14] by reports', () => {
    const report = { v: 1, kind: 'report', target: 'e'.repeat(43) };
    const reason = (length: number) => parseFrame({ ...report, reason: 'r'.repeat(length) }).ok;
    expect([parseFrame(report).ok, reason(500), reason(501), parseFrame({ ...report, target: 'e' }).ok]).to.deep.equal([
      true,
      true,
      false,
      false,
    ]);
  });

  it('[FRAME-2] by texts of frames', () => {
    expect([isEpoch('e'.repeat(64)), isEpoch('e'.repeat(65)), isEpoch('')]).to.deep.equal([true, false, false]);
    const signed = { fingerprint: '', cert: 'c', sig: 's'.repeat(86) };
    const signal = { v: 1, kind: 'signal', signal: { type: 'renegotiate' }, ...signed };
    expect(parseFrame({ ...signal, session: 's'.repeat(64) }).ok).to.equal(true);
    expect(parseFrame({ ...signal, session: 's'.repeat(65) }).ok).to.equal(false);
    for (const bad of [{ fingerprint: undefined }, { cert: 'c'.repeat(2_561) }, { sig: 's'.repeat(85) }])
      expect(parseFrame({ ...signal, session: 's', ...bad }).ok, JSON.stringify(bad).slice(0, 40)).to.equal(false);
    const draft = 'd'.repeat(64);
    expect(parseBody('message', JSON.stringify({ text: 'a', draft }))).to.deep.equal({
      ok: true,
      value: { kind: 'message', text: 'a', draft },
    });
    const target = 'e'.repeat(43);
    const emoji = `${'👩\u200d'.repeat(10)}👩`;
    const react = (more: string) =>
      parseBody('reaction', JSON.stringify({ target, emoji: `${emoji}${more}`, on: true }));
    expect([react('').ok, react('👩').ok]).to.deep.equal([true, false]);
  });

  it('[FRAME-2] a crowd names at most 200 who came and 200 who left', () => {
    const member = { user: 'u', name: 'n', replica };
    const crowd = (came: number, went: number) =>
      parseFrame({
        ...{ v: 1, kind: 'crowd', count: 300 },
        joined: Array.from({ length: came }, () => member),
        left: Array.from({ length: went }, () => replica),
      });
    expect([crowd(200, 200).ok, crowd(201, 0).ok, crowd(0, 201).ok]).to.deep.equal([true, false, false]);
  });

  it('[FRAME-2] a user is 1 to 128 characters of text and a member has a replica', () => {
    expect([
      isUserId('u'.repeat(128)),
      isUserId('u'.repeat(129)),
      isUserId(''),
      isUserId(['u']),
      isUserId(7),
    ]).to.deep.equal([true, false, false, false, false]);
    expect(parseMember({ user: 'u', name: 'n' }).ok).to.equal(false);
    expect(parseMember({ user: 'u', name: 'n', replica })).to.deep.equal({
      ok: true,
      value: { user: 'u', name: 'n', replica, rtc: false },
    });
  });

  it('[NAME-4] by names as they are given', () => {
    expect(cleanName('a'.repeat(512))).to.equal('a'.repeat(64));
    expect(cleanName('a'.repeat(513))).to.equal(undefined);
  });

  it('[SIGNAL-1] [SIGNAL-2] by descriptions and candidates', () => {
    const sdp = 'v=0'.padEnd(16 * 1024, ' ');
    expect(parseSignal({ type: 'offer', sdp }).ok).to.equal(true);
    expect(parseSignal({ type: 'offer', sdp: `${sdp} ` }).ok).to.equal(false);
    const candidate = { candidate: `candidate:${'1'.repeat(1000)}`, sdpMid: 'm'.repeat(32), sdpMLineIndex: 15 };
    expect(parseSignal({ type: 'candidate', candidate }).ok).to.equal(true);
  });

  it('[JOIN-2] by replies', () => {
    const self = { user: 'u', name: 'n', replica, rtc: true };
    const settings = { history: 0, mesh: 0 };
    const trust = { certificate: 'c', relayKey: 'k'.repeat(87), proofs: [] };
    const place = { epoch: 'e', offset: 0, floor: 0, have: {} };
    const reply = { self, members: [], count: 0, entries: [], ...place, settings, ...trust };
    expect(parseJoinReply(reply).ok).to.equal(true);
    expect(parseJoinReply({ ...reply, members: Array.from({ length: 200 }, () => self) }).ok).to.equal(true);
    for (const other of [null, undefined, 7, { history: 0 }, { mesh: 0 }]) {
      expect(parseJoinReply({ ...reply, settings: other }).ok).to.equal(false);
    }
  });
});
