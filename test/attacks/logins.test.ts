import { expect } from 'chai';
import { sameSecret } from '../../server/trust/secrets.ts';
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
} from '../integration/relay/bayeux-client.ts';
import { joinExt, Replica } from '../integration/relay/replica.ts';
import { es256, hmac, hsToken, makePair, makeToken, type Pair, SECRET, seconds, serveKeys } from '../support/tokens.ts';

/** Rows 5, 27 and 28 of the threat list. */
describe('attacks on logins', () => {
  let running: RunningRelay | undefined;
  let pair: Pair;
  const clients: RawClient[] = [];

  before(async () => {
    pair = await makePair('P-256');
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await running?.relay.close();
  });

  const start = async (options: Parameters<typeof startRelay>[0]) => {
    running = await startRelay({ guests: 'off', ...options });
    return running.url;
  };
  const open = async (url: string, token: unknown) => {
    const client = await RawClient.open(url);
    clients.push(client);
    const reply = await client.handshake({ token });
    client.shows = client.session !== undefined;
    return { client, reply };
  };

  it('[TOK-7] [TOK-11] row 5: expired and revoked tokens are 401, by socket and POST; a live session is cut within 5 s', async () => {
    const url = await start({ tokenKey: SECRET });
    const expired = hsToken({ exp: seconds() - 3_600 });
    expect(at((await open(url, expired)).reply, 'error')).to.match(/^401::/);
    const posted = at(await (await post(url, [handshakeMessage({ token: expired })])).json(), 0);
    expect(code(posted)).to.equal('token_expired');
    const brief = hsToken({ exp: seconds() + 2 });
    const until = (seconds() + 2) * 1000;
    const { client } = await open(url, brief);
    const cut = await client.call({ channel: '/meta/connect', connectionType: 'websocket' });
    expect([code(cut), Date.now() - until < 5_000]).to.deep.equal(['token_expired', true]);
    expect(code((await open(url, brief)).reply), 'and it does not come back').to.equal('token_expired');
    expect(code(await client.subscribe('/rooms/lobby'))).to.equal('unknown_session');

    const token = hsToken();
    const live = (await open(url, token)).client;
    const end = live.call({ channel: '/meta/connect', connectionType: 'websocket' });
    await live.subscribe('/rooms/lobby'); // answered while the connect is held
    const before = performance.now();
    await running?.relay.revoke({ user: 'ada' });
    expect([code(await end), performance.now() - before < 5_000]).to.deep.equal(['token_revoked', true]);
    expect(code((await open(url, token)).reply)).to.equal('token_revoked');
    const [again] = await postMessages(url, handshakeMessage({ token }));
    expect(code(again)).to.equal('token_revoked');
  });

  it('[TOK-10] row 5: a token for another room opens none, and a join that was overheard joins nobody', async () => {
    const url = await start({ tokenKey: SECRET });
    const { client: victim } = await open(url, hsToken({ rooms: ['lobby'] }));
    const replica = new Replica();
    const join = joinExt(victim, replica, 'lobby', { token: hsToken({ rooms: ['lobby'] }) });
    expect((await victim.subscribe('/rooms/lobby', join)).successful).to.equal(true);
    const { client: attacker } = await open(url, hsToken({ sub: 'eve', rooms: ['elsewhere'] }));
    expect(code(await attacker.subscribe('/rooms/lobby', join)), 'with her token in it').to.equal('token_invalid');
    expect(code(await attacker.subscribe('/rooms/lobby', { ...join, token: undefined }))).to.equal('room_forbidden');
    const { client: mate } = await open(url, hsToken({ sub: 'max', rooms: ['lobby'] }));
    expect(code(await mate.subscribe('/rooms/lobby', { ...join, token: undefined }))).to.equal('bad_proof');
  });

  it('[TOK-2] [TOK-3] [TOK-4] row 27: forged, confused and misdirected tokens get no session, and fetch nothing', async () => {
    const url = await start({ tokenKey: pair.publicPem, tokenAudience: 'natter' });
    const claims = { sub: 'ada', exp: seconds() + 600, aud: 'natter' };
    const evil = await makePair('P-256');
    const own = es256(pair.privateKey);
    const trap = await serveKeys([evil.jwk]);
    const forged: readonly string[] = [
      makeToken({ alg: 'none' }, claims, () => ''),
      makeToken({ alg: 'nOnE' }, claims, () => ''),
      makeToken({ alg: 'HS256' }, claims, hmac(pair.publicPem)),
      makeToken({ alg: 'HS256' }, claims, hmac(Buffer.from(JSON.stringify(pair.jwk)))),
      makeToken({ alg: 'RS256' }, claims, own),
      makeToken({ alg: 'ES256', jwk: evil.jwk }, claims, es256(evil.privateKey)),
      makeToken({ alg: 'ES256', jku: trap.url }, claims, es256(evil.privateKey)),
      makeToken({ alg: 'ES256', x5u: trap.url }, claims, es256(evil.privateKey)),
      makeToken({ alg: 'ES256', kid: trap.url }, claims, own),
      makeToken({ alg: 'ES256', kid: '../../../../dev/null' }, claims, own),
      makeToken({ alg: 'ES256' }, { ...claims, aud: 'another service' }, own),
      makeToken({ alg: 'ES256' }, { ...claims, aud: undefined }, own),
      makeToken({ alg: 'ES256' }, claims, () => Buffer.alloc(64).toString('base64url')), // CVE-2022-21449
      makeToken({ alg: 'ES256' }, '{"sub":"ada","sub":"root"', own),
    ];
    for (const token of forged) {
      const { reply, client } = await open(url, token);
      expect([code(reply), client.clientId], token).to.deep.equal(['token_invalid', '']);
    }
    expect([await metric(url, 'natter_sessions'), trap.asked]).to.deep.equal([0, 0]);
    expect(code((await open(url, makeToken({ alg: 'ES256' }, claims, own))).reply), 'and its own is taken').to.equal(
      undefined,
    );
    await trap.close();
  });

  it('[TOK-18] row 28: a secret that differs at its end takes as long to refuse as one that differs at its start', () => {
    // Long, so that comparing letter by letter would take a thousand times as long for the one as for the other.
    const secret = 'k'.repeat(1 << 20);
    const late = `${secret.slice(0, -1)}x`;
    const early = `x${secret.slice(1)}`;
    const times: Record<'late' | 'early', number[]> = { late: [], early: [] };
    for (let n = 0; n < 41; n += 1) {
      for (const [name, guess] of [['late', late] as const, ['early', early] as const]) {
        const began = process.hrtime.bigint();
        expect(sameSecret(secret, guess)).to.equal(false);
        times[name].push(Number(process.hrtime.bigint() - began));
      }
    }
    const median = (list: number[]) => list.sort((a, b) => a - b)[20] ?? 0;
    expect(median(times.late) / median(times.early)).to.be.within(0.6, 1.7);
    expect(sameSecret(secret, secret)).to.equal(true);
    for (const guess of [undefined, null, 7, {}, ['k'], '', `${secret}k`])
      expect(sameSecret(secret, guess)).to.equal(false);
  });
});
