import { expect } from 'chai';
import {
  at,
  code,
  post,
  postMessages,
  RawClient,
  type RunningRelay,
  startRelay,
} from '../integration/relay/bayeux-client.ts';
import { exchange, request, status } from './raw-http.ts';

const LOBBY = '/rooms/lobby';
const TRANSPORTS = ['a socket', 'a poll'] as const;

/** A clientId is no secret: members of a room can come to know it. Who has it and nothing else gets nothing. */
describe('attacks by a stolen clientId', () => {
  let running: RunningRelay;
  let victim: RawClient;
  let thief: RawClient;

  beforeEach(async () => {
    running = await startRelay();
    thief = await RawClient.open(running.url);
  });

  afterEach(async () => {
    thief.close();
    victim.close();
    await running.relay.close();
  });

  /** Every message that the wire knows, in the victim's name. */
  const messages = () =>
    [
      { channel: '/meta/connect', connectionType: 'websocket' },
      { channel: '/meta/connect', connectionType: 'long-polling' },
      { channel: '/meta/subscribe', subscription: '/rooms/thieves' },
      { channel: '/meta/unsubscribe', subscription: LOBBY },
      { channel: '/meta/disconnect' },
      { channel: LOBBY, data: { text: 'in the victim’s name' } },
    ].map((message, n) => ({ ...message, clientId: victim.clientId, id: `t${n}` }));

  /** The victim still hears, speaks, and is in its room alone. */
  const expectUnhurt = async () => {
    const friend = await RawClient.connect(running.url);
    await friend.subscribe(LOBBY);
    await friend.publish(LOBBY, { text: 'for members' });
    await victim.until(() => victim.frames.join('').includes('for members'), 3_000, 'what a friend says');
    expect((await victim.publish(LOBBY, { text: 'mine' })).successful).to.equal(true);
    await friend.on(LOBBY, 2);
    const texts = friend.heard
      .filter(({ channel }) => channel === LOBBY)
      .map(({ data }) => at(data, 'entry', 'payload'));
    expect(texts).to.deep.equal(['{"text":"for members"}', '{"text":"mine"}']);
    expect(code(await victim.publish('/rooms/thieves', { text: 'x' }))).to.equal('not_a_member');
    expect(thief.frames.join('')).not.to.match(/for members|"mine"|\\"mine/);
    expect(victim.ws.readyState).to.equal(1);
    friend.close();
  };

  for (const natter of [{}, undefined]) {
    const kind = natter ? 'one of our clients' : 'a plain client with a live socket';

    describe(`of ${kind}`, () => {
      beforeEach(async () => {
        victim = await RawClient.connect(running.url, natter);
        await victim.subscribe(LOBBY);
      });

      it(`[WIRE-4] [WIRE-7] row 6: on a second WebSocket, also with guesses for the secret: refused, the victim notices nothing`, async () => {
        const guesses = [undefined, '', 'x'.repeat(32), {}, [victim.session], null, victim.nonce, victim.clientId];
        for (const session of natter ? guesses : [undefined]) {
          for (const message of messages().slice(0, natter ? undefined : 1)) {
            const ext = session === undefined ? {} : { ext: { natter: { session } } };
            const before = thief.frames.length;
            thief.send([{ ...message, ...ext }]);
            await thief.until(() => thief.frames.length > before, 3_000, 'an answer');
            const reply = JSON.parse(thief.frames[before] ?? '[]')[0];
            expect(code(reply), JSON.stringify([message, session])).to.equal(
              natter ? 'wrong_secret' : 'transport_in_use',
            );
            expect(at(reply, 'advice', 'reconnect')).to.equal('handshake');
          }
        }
        await expectUnhurt();
      });

      it(`[WIRE-4] [WIRE-7] row 6: by POST: refused, held open for nobody`, async () => {
        for (const message of messages().slice(0, natter ? undefined : 2)) {
          const [reply] = await postMessages(running.url, message);
          expect(code(reply), message.channel).to.equal(natter ? 'wrong_secret' : 'transport_in_use');
        }
        const [first, second] = await postMessages(running.url, ...messages().slice(0, 1), ...messages().slice(1, 2));
        expect([first?.successful, second?.successful]).to.deep.equal([false, false]);
        await expectUnhurt();
      });

      it('[GATE-10] row 6: as an EventSource, JSON-P or in the path: 404 or 405, and nothing of it is heard', async () => {
        const answers = await Promise.all(
          [`/bayeux/${victim.clientId}`, `/bayeux?clientId=${victim.clientId}`, `/bayeux?message=[]&jsonp=x`].map(
            (path) => exchange(running.port, request(`GET ${path} HTTP/1.1`, { Accept: 'text/event-stream' }), 2_000),
          ),
        );
        expect(answers.map(status)).to.deep.equal([404, 405, 405]);
        await expectUnhurt();
      });
    });
  }

  for (const transport of TRANSPORTS) {
    it(`[WIRE-7] row 6: a plain client’s held poll is not taken over by ${transport}, and gets what comes`, async () => {
      const [hello] = await postMessages(running.url, {
        ...{ channel: '/meta/handshake', version: '1.0', supportedConnectionTypes: ['long-polling'] },
      });
      const clientId = String(hello?.clientId);
      await postMessages(running.url, { channel: '/meta/subscribe', clientId, subscription: LOBBY });
      const connect = { channel: '/meta/connect', clientId, connectionType: 'long-polling' };
      await postMessages(running.url, { ...connect, advice: { timeout: 0 } });
      const held = post(running.url, [connect]);
      victim = await RawClient.connect(running.url);
      await victim.subscribe(LOBBY);
      const steal = async () => {
        if (transport === 'a poll') return (await postMessages(running.url, connect))[0];
        const before = thief.frames.length;
        thief.send([{ ...connect, connectionType: 'websocket' }]);
        await thief.until(() => thief.frames.length > before, 3_000, 'an answer');
        return JSON.parse(thief.frames[before] ?? '[]')[0];
      };
      expect(code(await steal())).to.equal('transport_in_use');
      await victim.publish(LOBBY, { text: 'for members' });
      expect(JSON.stringify(await (await held).json())).to.include('for members');
      expect(thief.frames.join('')).not.to.include('for members');
    });
  }
});
