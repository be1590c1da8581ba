import { expect } from 'chai';
import { LIMITS } from '../../protocol/limits.ts';
import {
  at,
  code,
  handshakeMessage,
  type Message,
  post,
  RawClient,
  type RunningRelay,
  startRelay,
} from '../integration/relay/bayeux-client.ts';
import { joined } from '../integration/relay/replica.ts';

/** Each attack by its row in the threat list: through both transports, by a stranger and by a member of the room. */
const LOBBY = '/rooms/lobby';
const MODES = ['a stranger', 'a plain member', 'a member with a key'] as const;

describe('attacks by messages', () => {
  let running: RunningRelay;
  let victim: RawClient;
  let victimReplica = '';

  before(async () => {
    running = await startRelay();
  });

  after(async () => {
    await running.relay.close();
  });

  beforeEach(async () => {
    const [client, , replica] = await joined(running.url, 'lobby');
    victim = client;
    victimReplica = replica.id;
    await victim.subscribe([`${LOBBY}/presence`, `${LOBBY}/replicas/${replica.id}`]);
  });

  afterEach(async () => {
    victim.close();
    expect((await fetch(`${running.url}/healthz`)).status).to.equal(200);
    expect(Object.keys(Object.prototype)).to.deep.equal([]);
    expect(Reflect.get({}, 'polluted')).to.equal(undefined);
  });

  for (const mode of MODES) {
    describe(`by ${mode}`, () => {
      let attacker: RawClient;

      beforeEach(async () => {
        if (mode === 'a member with a key') [attacker] = await joined(running.url, 'lobby');
        else attacker = await (mode === 'a stranger' ? RawClient.open(running.url) : RawClient.connect(running.url));
        if (mode === 'a plain member') await attacker.subscribe(LOBBY);
        attacker.heard.length = 0;
      });

      afterEach(() => attacker.close());

      /** The answers to one payload, over the socket and over POST. */
      const sendBoth = async (payload: unknown): Promise<readonly (readonly Message[])[]> => {
        const before = attacker.frames.length;
        attacker.send(payload);
        await attacker.until(
          () => attacker.frames.length > before,
          3_000,
          `an answer to ${JSON.stringify(payload).slice(0, 99)}`,
        );
        const onSocket = JSON.parse(attacker.frames[before] ?? '[]') as readonly Message[];
        const ext = attacker.session === undefined ? {} : { ext: { natter: { session: attacker.session } } };
        const list = Array.isArray(payload) ? payload : undefined;
        const shown = list?.map((message) => (at(message, 'channel') ? { ...ext, ...message } : message)) ?? payload;
        const onPost = (await (await post(running.url, shown)).json()) as readonly Message[];
        return [onSocket, onPost];
      };
      const own = () => (attacker.clientId === '' ? {} : { clientId: attacker.clientId });
      const expectCodes = async (message: object, ...codes: readonly string[]) => {
        for (const replies of await sendBoth([{ ...own(), id: '1', ...message }])) {
          expect(replies, JSON.stringify(message).slice(0, 120)).to.have.length(1);
          expect(replies[0]?.successful).to.equal(false);
          expect(code(replies[0]), JSON.stringify(replies)).to.be.oneOf(codes);
          expect(replies[0]?.error).to.match(/^4\d\d::[^:]+$/);
        }
      };

      it('[GATE-1] row 1: wildcards, alone or among allowed channels: 403 for all of it, none applied', async () => {
        for (const subscription of [
          '/**',
          '/*',
          '/rooms/*',
          '/rooms/**',
          [LOBBY, '/**'],
          ['/rooms/a', '/rooms/b', '/rooms/*'],
        ]) {
          await expectCodes({ channel: '/meta/subscribe', subscription }, 'channel_forbidden', 'not_a_member');
        }
        await victim.publish('/rooms/lobby/presence', { v: 1, kind: 'typing', on: true });
        if (attacker.clientId === '') return;
        expect(code(await attacker.publish('/rooms/a', { text: 'hi' }))).to.equal('not_a_member');
        expect(attacker.heard).to.deep.equal([]);
      });

      it('[GATE-2] row 2: another replica’s channel: 403, and not one byte leaks', async () => {
        const channel = `${LOBBY}/replicas/${victimReplica}`;
        await expectCodes({ channel: '/meta/subscribe', subscription: channel }, 'channel_forbidden', 'not_a_member');
        await expectCodes(
          { channel: '/meta/subscribe', subscription: [LOBBY, channel] },
          'channel_forbidden',
          'not_a_member',
        );
        const [ben] = await joined(running.url, 'lobby');
        await ben.publish(channel, { v: 1, kind: 'ack', ranges: [[1, 2]] });
        await victim.on(channel, 1);
        ben.close();
        expect(attacker.frames.join('')).not.to.include('renegotiate');
      });

      it('[GATE-3] row 4: a room not joined, no clientId, another’s clientId: 401 or 403', async () => {
        await expectCodes({ channel: '/rooms/elsewhere', data: { text: 'hi' } }, 'not_a_member');
        await expectCodes({ channel: LOBBY, data: { text: 'hi' }, clientId: undefined }, 'not_a_member');
        await expectCodes({ channel: LOBBY, data: { text: 'hi' }, clientId: 'f'.repeat(40) }, 'unknown_session');
        for (const [reply] of await sendBoth([
          { channel: LOBBY, data: { text: 'hi' }, clientId: victim.clientId, id: '1' },
        ])) {
          expect(code(reply)).to.equal('wrong_secret');
        }
        expect(victim.heard.filter(({ channel }) => channel === LOBBY)).to.deep.equal([]);
      });

      it('[GATE-4] row 7: meta, service and internal channels: 403', async () => {
        const names = [
          '/meta/subscribe/x',
          '/meta/foo',
          '/meta',
          '/service/x',
          '/service/**',
          '/',
          '',
          '/rooms',
          '/rooms/',
          '/x/y',
        ];
        for (const channel of names) {
          await expectCodes({ channel, data: {}, subscription: LOBBY }, 'channel_forbidden', 'not_a_member');
          await expectCodes({ channel: '/meta/subscribe', subscription: channel }, 'channel_forbidden', 'not_a_member');
        }
      });

      it('[GATE-5] row 11: confused types: a coded refusal of the whole payload', async () => {
        const clientId = attacker.clientId === '' ? 'x' : attacker.clientId;
        const member = { channel: '/meta/subscribe', clientId, subscription: '/rooms/half', id: 'ok' };
        const confused: readonly unknown[] = [
          { channel: ['/a'] },
          { channel: { a: 1 } },
          { channel: 7 },
          { channel: null },
          {},
          null,
          7,
          'text',
          [],
          [[]],
          { channel: '/meta/subscribe', clientId, subscription: [['/rooms/a']] },
          { channel: '/meta/subscribe', clientId, subscription: { length: 1 } },
          { channel: '/meta/subscribe', clientId, subscription: [null] },
          { channel: '/meta/subscribe', clientId },
          { channel: '/meta/subscribe', clientId: {}, subscription: LOBBY },
          { channel: '/meta/connect', clientId: ['x'], connectionType: 'websocket' },
          { channel: '/meta/connect', clientId, connectionType: { toString: 1 } },
          { channel: '/meta/connect', clientId, connectionType: 'websocket', advice: { timeout: 'soon' } },
          { channel: '/meta/connect', clientId, connectionType: 'websocket', advice: 7 },
          { channel: '/meta/handshake', version: {}, supportedConnectionTypes: ['websocket'] },
          { channel: '/meta/handshake', version: '1.0', supportedConnectionTypes: 'websocket' },
          { channel: '/meta/handshake', version: '1.0', supportedConnectionTypes: [{}] },
          { channel: LOBBY, clientId, id: {}, data: {} },
          { channel: LOBBY, clientId, ext: 'x', data: {} },
          { channel: LOBBY, clientId, ext: { natter: [] }, data: {} },
          { channel: LOBBY, clientId },
        ];
        for (const message of confused) {
          for (const replies of await sendBoth([member, message])) {
            expect(replies, JSON.stringify(message)).to.have.length(1);
            expect(code(replies[0]), JSON.stringify(message)).to.equal('malformed');
          }
        }
        if (attacker.clientId !== '') {
          expect(code(await attacker.publish('/rooms/half', { text: 'hi' })), 'nothing half applied').to.equal(
            'not_a_member',
          );
        }
        for (const payload of ['null', '7', '"text"', 'true', 'nonsense', '{', '[', '']) {
          const before = attacker.frames.length;
          attacker.send(payload);
          await attacker.until(() => attacker.frames.length > before, 2_000, 'a refusal');
          expect(code(JSON.parse(attacker.frames[before] ?? '[]')[0]), payload).to.equal('malformed');
          const answer = await post(running.url, payload);
          expect([answer.status, code(at(await answer.json(), 0))]).to.deep.equal([400, 'malformed']);
        }
      });

      it('[GATE-5] row 11: confused publications by a member: coded, and nobody hears them', async () => {
        if (attacker.clientId === '') return;
        const payloads = [
          null,
          7,
          [],
          'text',
          { v: 2 },
          { v: 1 },
          { v: 1, kind: {} },
          { v: 1, entry: [] },
          { v: 1, entry: {} },
        ];
        for (const channel of [LOBBY, `${LOBBY}/presence`, `${LOBBY}/replicas/${victimReplica}`]) {
          for (const payload of payloads) {
            expect(code(await attacker.publish(channel, payload)), JSON.stringify(payload)).to.equal('malformed');
          }
        }
        expect(victim.heard.filter(({ channel }) => channel !== `${LOBBY}/presence`)).to.deep.equal([]);
      });

      it('[GATE-6] row 11: 10,000-deep JSON, as a whole and inside a message: refused before it is parsed', async () => {
        const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
        const objects = `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`;
        const inside = `[{"channel":"${LOBBY}","clientId":"x","data":${deep}}]`;
        for (const payload of [deep, objects, inside, '['.repeat(60_000)]) {
          const answer = await post(running.url, payload);
          expect([answer.status, code(at(await answer.json(), 0))]).to.deep.equal([400, 'too_deep']);
          const before = attacker.frames.length;
          attacker.send(payload);
          await attacker.until(() => attacker.frames.length > before, 2_000, 'a refusal');
          expect(code(JSON.parse(attacker.frames[before] ?? '[]')[0])).to.equal('too_deep');
        }
      });

      it('[GATE-7] row 13: names of Object’s own: ordinary text or refused', async () => {
        for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
          await expectCodes({ channel: LOBBY, clientId: name, data: { text: 'hi' } }, 'unknown_session');
          const poisoned = `[{"channel":"/meta/handshake","version":"1.0","supportedConnectionTypes":["websocket"],"${name}":{"polluted":1},"ext":{"${name}":{"polluted":1}},"id":"${name}"}]`;
          const replies = (await (await post(running.url, poisoned)).json()) as readonly Message[];
          expect([replies[0]?.successful, replies[0]?.id]).to.deep.equal([true, name]);
        }
        if (attacker.clientId === '') return;
        const plain = await RawClient.connect(running.url);
        expect((await plain.subscribe('/rooms/__proto__', { name: '__proto__' })).successful).to.equal(true);
        expect((await plain.publish('/rooms/__proto__', { text: '__proto__' })).successful).to.equal(true);
        expect(at((await plain.on('/rooms/__proto__', 1))[0], 'author', 'name')).to.equal('__proto__');
        const have = JSON.parse('{"__proto__": [[1, 2]]}');
        expect(code(await plain.subscribe(LOBBY, { key: 'x'.repeat(87), proof: 'x'.repeat(86), have }))).to.equal(
          'malformed',
        );
        plain.close();
      });

      it('[GATE-8] row 14: 33 messages, 20,000 handshakes: the payload is refused, the loop is not blocked', async () => {
        const handshakes = (count: number) => Array.from({ length: count }, handshakeMessage);
        for (const replies of await sendBoth(handshakes(LIMITS.batch + 1))) {
          expect(replies.map(code)).to.deep.equal(['batch_too_long']);
        }
        for (const replies of await sendBoth(handshakes(LIMITS.batch))) expect(replies).to.have.length(LIMITS.batch);
        const started = performance.now();
        const many = await post(running.url, handshakes(20_000));
        expect([many.status, code(at(await many.json(), 0))]).to.deep.equal([413, 'too_large']);
        const tiny = `[${'{},'.repeat(20_000)}{}]`;
        const answer = await post(running.url, tiny);
        expect([answer.status, code(at(await answer.json(), 0))]).to.deep.equal([413, 'batch_too_long']);
        await fetch(`${running.url}/healthz`);
        expect(performance.now() - started).to.be.lessThan(1_000);
      });

      it('[GATE-9] row 18: channel names that are long, deep or built to backtrack: refused in linear time', async () => {
        const names = [
          `/rooms/${'a'.repeat(LIMITS.channelLength)}`,
          `/rooms/${'a/'.repeat(200)}`,
          '/a/b/c/d/e/f/g',
          `/rooms/${'~'.repeat(300)}`,
          `/rooms/${'a'.repeat(400)}!`,
          `${'/a'.repeat(20_000)}!`,
          `/${'-_!~()$@'.repeat(6_000)}*`,
          '/rooms/~C3~A9',
          '/rooms/~ff',
          '/rooms/a b',
        ];
        const started = performance.now();
        for (const channel of names) {
          await expectCodes(
            { channel: '/meta/subscribe', subscription: channel },
            'channel_forbidden',
            'not_a_member',
            'malformed',
          );
        }
        expect(performance.now() - started).to.be.lessThan(2_000);
        const sent = performance.now();
        await post(running.url, [{ channel: names[5], clientId: 'x', data: {} }]);
        expect(performance.now() - sent).to.be.lessThan(200);
      });
    });
  }
});
