import { expect } from 'chai';
import type { RelayOptions } from '../../../server/index.ts';
import { eventually } from '../../support/eventually.ts';
import { hsToken, SECRET, seconds } from '../../support/tokens.ts';
import {
  at,
  code,
  handshakeMessage,
  metric,
  post,
  postMessages,
  RawClient,
  type RunningRelay,
  startRelay,
} from './bayeux-client.ts';
import { join, joinExt, publishEntry, Replica, readJoin } from './replica.ts';

const ROOM = '/rooms/lobby';
const ADMIN = 'the-admin-token-of-the-tests';

/** Connects with a token and says how that went. */
async function enter(url: string, token: unknown, name?: string): Promise<{ client: RawClient; reply: unknown }> {
  const client = await RawClient.open(url);
  const reply = await client.handshake({ token, ...(name === undefined ? {} : { name }) });
  client.shows = client.session !== undefined;
  return { client, reply };
}

describe('logins at a relay', () => {
  let running: RunningRelay;
  const clients: RawClient[] = [];
  let clock = 0;

  const start = async (options: RelayOptions = {}) => {
    clock = 0;
    running = await startRelay({ tokenKey: SECRET, now: () => Date.now() + clock, ...options });
  };
  const login = async (token: unknown, name?: string) => {
    const entered = await enter(running.url, token, name);
    clients.push(entered.client);
    return entered;
  };
  /** A client with a held connect, as ours have; `end` is what the connect is answered with. */
  const connected = async (token: string) => {
    const { client } = await login(token);
    const end = client.call({ channel: '/meta/connect', connectionType: 'websocket' });
    await client.call({ channel: '/meta/unsubscribe', subscription: ROOM }); // answered while the connect is held
    return { client, end };
  };

  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await running.relay.close();
  });

  it('[TOK-7] a handshake whose token is refused leaves no session', async () => {
    await start();
    const refusals = [
      ['token_invalid', 'x'],
      ['token_invalid', `${hsToken()}x`],
      ['token_expired', hsToken({ exp: seconds() - 60 })],
      ['malformed', { token: 1 }],
      ['malformed', 7],
    ] as const;
    for (const [expected, token] of refusals) {
      const { client, reply } = await login(token);
      expect([code(reply), client.clientId]).to.deep.equal([expected, '']);
      if (expected !== 'malformed') {
        expect(at(reply, 'error')).to.match(/^401::/);
        expect(at(reply, 'advice')).to.deep.equal({ reconnect: 'none' });
      }
    }
    expect(await metric(running.url, 'natter_sessions')).to.equal(0);
    expect(code((await login(hsToken())).reply)).to.equal(undefined);
    expect(await metric(running.url, 'natter_sessions')).to.equal(1);
  });

  it('[TOK-8] a token opens a relay without guests, and one without an Origin from elsewhere', async () => {
    await start({ guests: 'off' });
    expect(code((await login(undefined)).reply)).to.equal('guests_off');
    expect(code((await login(null)).reply)).to.equal('guests_off');
    expect(code((await login(hsToken())).reply)).to.equal(undefined);
    const far = { 'X-Forwarded-For': '203.0.113.7' };
    const from = async (natter: object) =>
      code(at(await (await post(running.url, [handshakeMessage(natter)], far)).json(), 0));
    expect([await from({}), await from({ token: hsToken() }), await from({ token: 'x' })]).to.deep.equal([
      ...['origin', undefined, 'token_invalid'],
    ]);
    await running.relay.close();
    await start({ tokenKey: undefined });
    expect(code((await login(hsToken())).reply), 'a relay without a key').to.equal('token_invalid');
    expect(code((await login(undefined)).reply)).to.equal(undefined);
  });

  it('[TOK-9] the member is the token’s user under the token’s name, in the list and as author', async () => {
    await start({ guests: 'named' });
    const { client } = await login(hsToken({ name: 'Ada L.' }), 'Mallory');
    const replica = new Replica();
    const reply = await join(client, replica, 'lobby', { name: 'Mallory' });
    expect(reply.self).to.deep.include({ user: 'ada', name: 'Ada L.', replica: replica.id });
    expect(reply.expires).to.be.closeTo(Date.now() + 600_000, 2_000);
    await publishEntry(client, 'lobby', replica.entry('lobby', 'hi'));
    expect(at((await client.on(ROOM, 1))[0], 'author')).to.deep.equal({ user: 'ada', name: 'Ada L.' });

    const unnamed = (await login(hsToken({ sub: 'bob' }), 'Bobby')).client;
    const second = readJoin(await unnamed.subscribe(ROOM, joinExt(unnamed, new Replica(), 'lobby')));
    expect(second.self).to.deep.include({ user: 'bob', name: 'Bobby' });
    const nameless = (await login(hsToken({ sub: 'cleo' }))).client;
    const third = readJoin(await nameless.subscribe(ROOM, joinExt(nameless, new Replica(), 'lobby')));
    expect(third.self.user, 'guests need a name here, others do not').to.equal('cleo');

    const plain = (await login(hsToken({ sub: 'dora', name: 'Dora' }))).client;
    await plain.subscribe(ROOM, { name: 'Eve' });
    await plain.publish(ROOM, { text: 'plain' });
    const authors = (await plain.on(ROOM, 1)).map((data) => at(data, 'author'));
    expect(authors).to.deep.equal([{ user: 'dora', name: 'Dora' }]);
  });

  it('[TOK-10] rooms that the token does not name are closed, also among others that it does', async () => {
    await start();
    const { client } = await login(hsToken({ rooms: ['lobby', 'team-*'] }));
    const replica = new Replica();
    const refused = await client.subscribe('/rooms/other', joinExt(client, replica, 'other'));
    expect([code(refused), at(refused, 'error')]).to.deep.equal([
      ...['room_forbidden', '403::your login does not open this room'],
    ]);
    expect(code(await client.subscribe(['/rooms/lobby', '/rooms/other']))).to.equal('room_forbidden');
    expect(code(await client.publish('/rooms/lobby', { text: 'not in it' }))).to.equal('not_a_member');
    for (const channel of ['/rooms/other/presence', `/rooms/other/replicas/${replica.id}`]) {
      expect(code(await client.subscribe(channel))).to.equal('not_a_member');
    }
    for (const room of ['lobby', 'team-7']) {
      expect((await client.subscribe(`/rooms/${room}`)).successful, room).to.equal(true);
    }
  });

  it('[TOK-11] a session ends within 5 s of its token’s expiry, over a socket: told, and deaf from then on', async () => {
    await start();
    const { client, end } = await connected(hsToken({ exp: seconds() + 2 }));
    await client.subscribe(ROOM);
    const until = seconds() * 1000 + 2_000;
    const answer = await end;
    expect(Date.now() - until).to.be.lessThan(5_000);
    expect([code(answer), at(answer, 'advice', 'reconnect')]).to.deep.equal(['token_expired', 'handshake']);
    const other = (await login(hsToken({ sub: 'bob' }))).client;
    await other.subscribe(ROOM);
    const heard = client.heard.length;
    await other.publish(ROOM, { text: 'behind a closed door' });
    await other.on(ROOM, 1);
    expect(code(await client.publish(ROOM, { text: 'still here?' }))).to.equal('unknown_session');
    expect(client.heard.length).to.equal(heard);
    expect(await metric(running.url, 'natter_sessions')).to.equal(1);
  });

  it('[TOK-11] the same over long-polling, by the relay’s clock', async () => {
    await start();
    const [hello] = await postMessages(running.url, handshakeMessage({ token: hsToken() }));
    const natter = { session: at(hello, 'ext', 'natter', 'session') };
    const connect = {
      channel: '/meta/connect',
      clientId: hello?.clientId,
      connectionType: 'long-polling',
      ext: { natter },
    };
    const held = postMessages(running.url, connect);
    await eventually(async () => expect(await metric(running.url, 'natter_sessions')).to.equal(1));
    clock = 603_000;
    const [answer] = await held;
    expect([code(answer), at(answer, 'advice', 'reconnect')]).to.deep.equal(['token_expired', 'handshake']);
  });

  it('[TOK-12] a join with the next token carries the session on; rooms that it does not open are left', async () => {
    await start();
    const replica = new Replica();
    const { client, end } = await connected(hsToken({ name: 'Ada' }));
    let over = false;
    void end.then(() => {
      over = true;
    });
    await client.subscribe('/rooms/attic');
    await client.subscribe(ROOM, joinExt(client, replica, 'lobby'));
    const { client: other } = await login(hsToken({ sub: 'bob' }));
    await other.subscribe(['/rooms/attic', '/rooms/attic/presence']);

    const again = (token: unknown) => client.subscribe(ROOM, joinExt(client, replica, 'lobby', { token }));
    expect(code(await again(hsToken({ sub: 'eve' })))).to.equal('token_invalid');
    expect(code(await again('x'))).to.equal('token_invalid');
    expect(code(await again(hsToken({ rooms: ['attic'] })))).to.equal('room_forbidden');
    const renewed = readJoin(await again(hsToken({ name: 'Ada L.', rooms: ['lobby'], exp: seconds() + 6_000 })));
    replica.certificates.set('lobby', renewed.certificate);
    expect(renewed.self).to.deep.include({ user: 'ada', name: 'Ada L.' });
    await eventually(() => expect(other.heard.some(({ data }) => at(data, 'kind') === 'leave')).to.equal(true));
    expect(code(await client.publish('/rooms/attic', { text: 'x' }))).to.equal('not_a_member');
    clock = 1_000_000;
    await eventually(async () => expect(await metric(running.url, 'natter_sessions'), 'Bob’s is over').to.equal(1));
    expect([over, (await publishEntry(client, 'lobby', replica.entry('lobby', 'on'))).successful]).to.deep.equal([
      false,
      true,
    ]);
  });

  it('[TOK-13] a revocation of a user, and of a login session, ends the sessions at once and holds for their tokens', async () => {
    await start();
    const [ada, adaToo, bob] = [hsToken({ sid: 'a1' }), hsToken({ sid: 'a2' }), hsToken({ sub: 'bob' })];
    const [first, second, third] = [await connected(ada), await connected(adaToo), await connected(bob)];
    const before = performance.now();
    await running.relay.revoke({ session: 'a1' });
    expect(code(await first.end)).to.equal('token_revoked');
    expect(performance.now() - before).to.be.lessThan(1_000);
    expect(code((await login(ada)).reply)).to.equal('token_revoked');
    expect((await second.client.subscribe(ROOM)).successful, 'her other login').to.equal(true);

    await running.relay.revoke({ user: 'ada' });
    const ended = await second.end;
    expect([code(ended), at(ended, 'advice', 'reconnect')]).to.deep.equal(['token_revoked', 'handshake']);
    const { reply } = await login(adaToo);
    expect([code(reply), at(reply, 'advice', 'reconnect')]).to.deep.equal(['token_revoked', 'none']);
    expect(code((await login(hsToken({ iat: undefined }))).reply), 'made nobody knows when').to.equal('token_revoked');
    expect((await third.client.subscribe(ROOM)).successful, 'Bob').to.equal(true);
    const renewal = await third.client.subscribe(ROOM, { token: hsToken({ sub: 'ada' }) });
    expect(code(renewal)).to.equal('token_revoked');
    clock = 5_000;
    expect(code((await login(hsToken({ iat: seconds() + 5 }))).reply), 'a later login').to.equal(undefined);
    const wrong: unknown = await running.relay.revoke({ user: '' }).catch((error: unknown) => error);
    expect(wrong).to.be.instanceOf(TypeError);
  });

  it('[TOK-15] the admin’s route revokes, for the admin token alone', async () => {
    await start({ adminToken: ADMIN });
    const ask = (body: unknown, headers: Record<string, string> = { Authorization: `Bearer ${ADMIN}` }) =>
      fetch(`${running.url}/admin/revocations`, { method: 'POST', headers, body: JSON.stringify(body) });
    const { end, client } = await connected(hsToken());
    for (const Authorization of ['', 'Bearer', 'Bearer x', `Bearer ${ADMIN.slice(0, -1)}`, `Basic ${ADMIN}`, ADMIN]) {
      expect((await ask({ user: 'ada' }, Authorization === '' ? {} : { Authorization })).status).to.equal(401);
    }
    for (const body of [{}, [], 7, { user: 7 }, { user: 'ada', session: 's' }, { User: 'ada' }])
      expect((await ask(body)).status, JSON.stringify(body)).to.equal(400);
    expect((await ask({ user: 'x'.repeat(70_000) })).status).to.equal(413);
    expect((await client.subscribe(ROOM)).successful, 'nobody has been revoked').to.equal(true);
    expect((await ask({ user: 'ada' })).status).to.equal(200);
    expect(code(await end)).to.equal('token_revoked');
    await running.relay.close();
    await start();
    expect((await ask({ user: 'ada' })).status, 'no admin token is set').to.equal(401);
  });

  it('[TOK-16] the integrator’s hook knows opaque tokens, and the key the others', async () => {
    let broken = false;
    const authenticate = async (token: string) => {
      if (broken) throw new Error('the database is away');
      if (token === 'odd') return { user: 'g-x' };
      return token === 'opaque' ? { user: 'olga', name: 'Olga', rooms: ['lobby'], session: 'o1' } : undefined;
    };
    await start({ authenticate, guests: 'off' });
    const { client, end } = await connected('opaque');
    const reply = readJoin(await client.subscribe(ROOM, joinExt(client, new Replica(), 'lobby')));
    expect(reply.self).to.deep.include({ user: 'olga', name: 'Olga' });
    expect(code(await client.subscribe('/rooms/other'))).to.equal('room_forbidden');
    for (const token of ['wrong', 'odd', '']) expect(code((await login(token)).reply), token).to.equal('token_invalid');
    expect(code((await login(hsToken())).reply)).to.equal(undefined);
    broken = true;
    const refused = (await login('opaque')).reply;
    expect([code(refused), at(refused, 'error')]).to.deep.equal([
      ...['login_unavailable', '503::logins can not be checked now'],
    ]);
    expect(at(refused, 'ext', 'natter', 'retryAfter')).to.equal(2_000);
    broken = false;
    await running.relay.revoke({ user: 'olga' });
    expect(code(await end)).to.equal('token_revoked');
    expect(code((await login('opaque')).reply), 'its session began before').to.equal('token_revoked');
    clock = 5_000;
    expect(code((await login('opaque')).reply), 'the hook has the last word').to.equal(undefined);
    await running.relay.close();
    await start({ authenticate, tokenKey: undefined });
    expect(code((await login(hsToken())).reply), 'without a key all tokens are the hook’s').to.equal('token_invalid');
  });
});
