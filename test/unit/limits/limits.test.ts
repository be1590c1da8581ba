import { expect } from 'chai';
import type { RoomName } from '../../../protocol/ids.ts';
import type { Refused } from '../../../protocol/result.ts';
import { memoryAccounts } from '../../../server/limits/account.ts';
import { type Act, Limits, type Scope } from '../../../server/limits/limits.ts';
import { LIMIT_DEFAULTS, type LimitSettings, NO_LIMITS } from '../../../server/settings-limits.ts';

const ROOM = 'room' as RoomName;

describe('limits', () => {
  let limits: Limits;
  let now = 0;
  let scopes: Scope[] = [];

  const start = (settings: LimitSettings) => {
    now = 0;
    scopes = [];
    limits = new Limits({
      settings,
      openAccount: memoryAccounts,
      now: () => now,
      onRefused: (scope) => scopes.push(scope),
    });
  };
  const session = (user?: string) => ({ person: { user } });
  /** How many of many tries pass. */
  const passed = (ask: () => Refused | undefined, tries = 20_000) =>
    Array.from({ length: tries }, ask).filter((refused) => refused === undefined).length;

  afterEach(() => limits.close());

  it('[LIM-1] a session has 600 messages, 500 signals and 50 joins at once, and 10, 50 and 5 a second', () => {
    start(LIMIT_DEFAULTS);
    const guest = session();
    const expected: readonly (readonly [Act, number, number])[] = [
      ['messages', 600, 10],
      ['signals', 500, 50],
      ['joins', 50, 5],
    ];
    for (const [act, burst] of expected)
      expect(
        passed(() => limits.act(guest, act)),
        act,
      ).to.equal(burst);
    now += 1_000;
    for (const [act, , perSecond] of expected)
      expect(
        passed(() => limits.act(guest, act)),
        act,
      ).to.equal(perSecond);
    const other = session();
    expect(
      passed(() => limits.act(other, 'messages')),
      'another session',
    ).to.equal(600);
    expect(new Set(scopes)).to.deep.equal(new Set(['session']));
  });

  it('[LIM-1] a refusal is a 429 with the ms to wait, and says nothing of whom it is about', () => {
    start({ ...LIMIT_DEFAULTS, limitMessages: { perSecond: 1, burst: 1 } });
    const guest = session();
    expect(limits.act(guest, 'messages')).to.equal(undefined);
    expect(limits.act(guest, 'messages')).to.deep.equal({
      ...{ ok: false, code: 'too_fast', message: 'this session is too fast', retryAfter: 1_000 },
    });
  });

  it('[LIM-5] the sessions of a user share one limit; guests have none', () => {
    start({ ...NO_LIMITS, limitUserMessages: { perSecond: 1, burst: 10 }, limitUserJoins: { perSecond: 1, burst: 3 } });
    const [first, second] = [session('ann'), session('ann')];
    expect(passed(() => limits.act(first, 'messages'), 8)).to.equal(8);
    expect(passed(() => limits.act(second, 'messages'), 8)).to.equal(2);
    expect(passed(() => limits.act(second, 'joins'), 8)).to.equal(3);
    expect(passed(() => limits.act(session('bob'), 'messages'), 8)).to.equal(8);
    expect(passed(() => limits.act(session(), 'messages'), 100)).to.equal(100);
    expect(new Set(scopes)).to.deep.equal(new Set(['user']));
  });

  it('[LIM-5] handshakes count by address, and by user once the token holds', () => {
    start(LIMIT_DEFAULTS);
    expect(passed(() => limits.handshake('192.0.2.1'), 500)).to.equal(200);
    expect(passed(() => limits.handshake('192.0.2.2'), 500)).to.equal(200);
    expect(
      passed(() => limits.handshake(undefined), 500),
      'loopback',
    ).to.equal(500);
    expect(passed(() => limits.login({ user: 'ann' }), 500)).to.equal(60);
    expect(passed(() => limits.login({ user: undefined }), 500)).to.equal(500);
  });

  it('[LIM-5] whatever an address sends counts, all its messages of all its sessions', () => {
    start({ ...NO_LIMITS, limitAddressMessages: { perSecond: 1, burst: 100 } });
    expect(passed(() => limits.arrived('192.0.2.1', 32), 10)).to.equal(3);
    expect(passed(() => limits.arrived(undefined, 32), 10)).to.equal(10);
    expect(new Set(scopes)).to.deep.equal(new Set(['address']));
  });

  it('[LIM-2] [LIM-5] where the room or the user is full, the session rests: what is under way is refused, too', () => {
    for (const limit of [
      { limitRoomMessages: { perSecond: 1, burst: 5 } },
      { limitUserMessages: { perSecond: 1, burst: 5 } },
    ]) {
      start({ ...LIMIT_DEFAULTS, ...limit });
      const ann = session('ann');
      const say = () => limits.say(ann, { member: ann, room: ROOM, seq: undefined });
      expect(passed(say, 5)).to.equal(5);
      expect(say()?.retryAfter).to.be.at.least(1_000);
      now += 999;
      expect(say()?.message).to.equal('this session is too fast');
      limits.close();
    }
  });

  it('[LIM-2] what a member had under way does not pass before what was refused, however late it is looked at', () => {
    start({ ...NO_LIMITS, limitMessages: { perSecond: 10, burst: 2 } });
    const [guest, member] = [session(), {}];
    const say = (seq: number) => limits.say(guest, { member, room: ROOM, seq })?.retryAfter;
    expect([say(1), say(2), say(3), say(4)]).to.deep.equal([undefined, undefined, 1_000, 1_000]);
    now += 5_000;
    expect(say(5), 'the bucket is open again, and 3 has not come').to.equal(1_000);
    expect(say(3)).to.equal(undefined);
    expect(say(4)).to.equal(undefined);
    now += 5_000;
    expect(say(5)).to.equal(undefined);
    expect([say(6), say(7)]).to.deep.equal([undefined, 1_000]);
    now += 1_000 + 9_999;
    expect(say(8), 'is waited for').to.equal(1_000);
    now += 11_000;
    expect(say(8), 'and not for ever').to.equal(undefined);
    expect(limits.say(guest, { member: {}, room: ROOM, seq: 1 }), 'another member').to.equal(undefined);
  });

  it('[LIM-2] what passed before and is refused when it comes again is not waited for, nor for longer what may never come', () => {
    start({ ...NO_LIMITS, limitMessages: { perSecond: 10, burst: 4 } });
    const [guest, member] = [session(), {}];
    const say = (seq: number) => limits.say(guest, { member, room: ROOM, seq })?.retryAfter;
    expect([say(1), say(2), say(3), say(1), say(2), say(4)]).to.deep.equal([
      ...[undefined, undefined, undefined, undefined, 1_000, 1_000],
    ]);
    now += 5_000;
    expect(say(5), '4 was refused').to.equal(1_000);
    expect([say(4), say(5)], '2 was not').to.deep.equal([undefined, undefined]);
    now += 5_000;
    expect([say(6), say(7), say(8), say(9), say(10)].at(-1)).to.equal(1_000);
    for (let second = 1; second <= 10; second += 1) {
      now += 1_000;
      expect(say(11), `${second} s later`).to.equal(1_000);
    }
    now += 1_000;
    expect(say(11), 'given up').to.equal(undefined);
  });

  it('[LIM-16] what is said again and was known is a signal, as long as those last, and no message', () => {
    start({
      ...NO_LIMITS,
      limitMessages: { perSecond: 0.001, burst: 4 },
      limitSignals: { perSecond: 0.001, burst: 3 },
    });
    const guest = session();
    expect(passed(() => limits.act(guest, 'messages'), 3)).to.equal(3);
    for (let n = 0; n < 9; n += 1) limits.repeated(guest);
    expect(
      passed(() => limits.act(guest, 'messages'), 9),
      'one left and three given back',
    ).to.equal(4);
    expect(limits.act(guest, 'signals')?.code).to.equal('too_fast');
    start({ ...NO_LIMITS, limitMessages: { perSecond: 0.001, burst: 2 } });
    expect(passed(() => limits.act(guest, 'messages'), 1)).to.equal(1);
    limits.repeated(guest);
    expect(
      passed(() => limits.act(guest, 'messages'), 9),
      'signals without a limit',
    ).to.equal(2);
  });

  it('[LIM-8] a room is full at its number of members; 0 and off are no limit', () => {
    start({ ...NO_LIMITS, limitRoomMembers: 3 });
    expect(limits.enter(2)).to.equal(undefined);
    expect(limits.enter(3)).to.include({ code: 'room_full', retryAfter: 5_000 });
    limits.close();
    start(NO_LIMITS);
    expect(limits.enter(1_000_000)).to.equal(undefined);
    const guest = session('ann');
    for (const act of ['messages', 'signals', 'joins'] as const)
      expect(passed(() => limits.act(guest, act))).to.equal(20_000);
    expect(passed(() => limits.say(guest, { member: guest, room: ROOM, seq: undefined }))).to.equal(20_000);
    expect(passed(() => limits.handshake('192.0.2.1') ?? limits.arrived('192.0.2.1', 32))).to.equal(20_000);
    expect(limits.connect('192.0.2.1')).to.be.a('function');
  });

  it('[LIM-9] an address has so many connections at a time, and one that ends makes room for another', () => {
    start({ ...NO_LIMITS, limitAddressConnections: 3 });
    const open = Array.from({ length: 3 }, () => limits.connect('192.0.2.1'));
    expect(limits.connect('192.0.2.1')).to.include({ code: 'too_many_connections', retryAfter: 5_000 });
    expect(limits.connect('192.0.2.2')).to.be.a('function');
    expect(limits.connect(undefined)).to.be.a('function');
    const [leave] = open;
    if (typeof leave !== 'function') throw new Error('refused');
    leave();
    leave();
    expect(limits.connect('192.0.2.1')).to.be.a('function');
    expect(limits.connect('192.0.2.1'), 'leaving twice makes room once').to.include({ code: 'too_many_connections' });
  });
});
