import { expect } from 'chai';
import { eventually } from '../../support/eventually.ts';
import { type RedisProcess, startRedis } from '../../support/redis.ts';
import { hsToken, SECRET } from '../../support/tokens.ts';
import {
  at,
  code,
  handshakeMessage,
  postMessages,
  RawClient,
  type RunningRelay,
  startRelay,
} from '../relay/bayeux-client.ts';

const ROOM = '/rooms/lobby';

/** Rows 5 of the threat list, with more than one relay. */
describe('logins at relays on one Redis', () => {
  let redis: RedisProcess;
  const relays: RunningRelay[] = [];
  const clients: RawClient[] = [];

  before(async () => {
    redis = await startRedis(['--appendonly', 'yes']);
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await Promise.all(relays.splice(0).map(({ relay }) => relay.close()));
    await redis.client.flushall();
  });

  after(() => redis.close());

  const start = async () => {
    const running = await startRelay({ redisUrl: redis.url, tokenKey: SECRET });
    relays.push(running);
    return running;
  };
  /** A session here with a held connect. */
  const connected = async (url: string, token: string) => {
    const client = await RawClient.open(url);
    clients.push(client);
    const reply = await client.handshake({ token });
    expect(code(reply)).to.equal(undefined);
    client.shows = true;
    const end = client.call({ channel: '/meta/connect', connectionType: 'websocket' });
    await client.subscribe(ROOM);
    return { client, end };
  };
  const handshake = async (url: string, token: string) =>
    code((await postMessages(url, handshakeMessage({ token })))[0]);

  it('[TOK-13] row 5: what is revoked at one relay ends at the others, and comes back by none, nor by a new one', async () => {
    const [a, b] = [await start(), await start()];
    const [ada, bob] = [hsToken({ sid: 'a1' }), hsToken({ sub: 'bob', sid: 'b1' })];
    const [here, there, other] = [
      await connected(a.url, ada),
      await connected(b.url, ada),
      await connected(b.url, bob),
    ];
    const before = performance.now();
    await a.relay.revoke({ user: 'ada' });
    expect([code(await here.end), code(await there.end)]).to.deep.equal(['token_revoked', 'token_revoked']);
    expect(performance.now() - before).to.be.lessThan(2_000);
    for (const { url } of [a, b]) expect(await handshake(url, ada)).to.equal('token_revoked');
    expect((await other.client.publish(ROOM, { text: 'still here' })).successful).to.equal(true);

    await b.relay.revoke({ session: 'b1' });
    expect(code(await other.end)).to.equal('token_revoked');
    const late = await start();
    await eventually(async () => expect(await handshake(late.url, ada)).to.equal('token_revoked'));
    expect(await handshake(late.url, bob)).to.equal('token_revoked');
    expect(await handshake(late.url, hsToken({ sub: 'cleo' }))).to.equal(undefined);
  });

  it('[TOK-13] a client whose session is at another relay than its socket is told, too', async () => {
    const [a, b] = [await start(), await start()];
    const [hello] = await postMessages(a.url, handshakeMessage({ token: hsToken() }));
    const client = await RawClient.open(b.url);
    clients.push(client);
    client.clientId = String(hello?.clientId);
    client.session = String(at(hello, 'ext', 'natter', 'session'));
    client.shows = true;
    expect((await client.subscribe(ROOM)).successful).to.equal(true);
    const end = client.call({ channel: '/meta/connect', connectionType: 'websocket' });
    await client.publish(ROOM, { text: 'hi' });
    await b.relay.revoke({ user: 'ada' });
    const told = await end;
    expect([code(told), at(told, 'advice', 'reconnect')]).to.deep.equal(['token_revoked', 'handshake']);
  });

  it('[TOK-14] with Redis away nothing is confirmed; a relay that starts then takes no tokens, until it is back', async () => {
    const a = await start();
    const [ada, bob] = [hsToken(), hsToken({ sub: 'bob' })];
    await connected(a.url, ada);
    await a.relay.revoke({ user: 'bob' });
    await redis.kill();
    const failed: unknown = await a.relay.revoke({ user: 'ada' }).catch((error: unknown) => error);
    expect(failed).to.be.instanceOf(Error);
    const late = await start();
    const [reply] = await postMessages(late.url, handshakeMessage({ token: ada }));
    expect([code(reply), at(reply, 'ext', 'natter', 'retryAfter')]).to.deep.equal(['login_unavailable', 2_000]);
    const [guest] = await postMessages(late.url, handshakeMessage({}));
    expect(code(guest)).to.equal(undefined);
    await redis.restart();
    await eventually(async () => expect(await handshake(late.url, ada)).to.equal(undefined), 10_000);
    expect(await handshake(late.url, bob), 'Redis had kept it').to.equal('token_revoked');
    const again = await connected(a.url, ada);
    await eventually(() => late.relay.revoke({ user: 'ada' }));
    expect(code(await again.end)).to.equal('token_revoked');
  });
});
