import { Writable } from 'node:stream';
import { expect } from 'chai';
import { ReplyError } from 'ioredis';
import { createLogger } from '../../server/observe/log.ts';
import { at, handshakeMessage, post, postMessages, RawClient, startRelay } from '../integration/relay/bayeux-client.ts';
import { exchange, request, upgrade } from './raw-http.ts';

/** What would end a line, begin a forged one, or colour and move an operator's terminal. */
const NASTY = 'hush\r\n{"level":60,"msg":"forged"}\u001b[2J\u001b]0;title\u0007\u009b31m\u2028\u202e';

describe('attacks on the logs', () => {
  let written = '';
  const sink = new Writable({
    write(chunk, _encoding, done) {
      written += String(chunk);
      done();
    },
  });

  beforeEach(() => {
    written = '';
  });

  const expectClean = () => {
    for (const line of written.trimEnd().split('\n')) expect(() => JSON.parse(line), line).not.to.throw();
    expect(written.replaceAll('\n', '')).not.to.match(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u);
    expect(written).not.to.include('"msg":"forged"');
  };

  it('[OPS-8] row 26: whatever clients send, at the lowest level: each line is one record, and no secret is in it', async () => {
    const logger = createLogger('trace', sink);
    const adminToken = 'hush-admin-token-1';
    const { relay, url, port } = await startRelay({ logger, adminToken, origins: ['https://good.com'] });
    const client = await RawClient.connect(url, { name: NASTY });
    await (await RawClient.open(url)).handshake({ name: NASTY, token: 'hush-token' });
    const secrets = [client.clientId, String(client.session), client.nonce];
    await client.subscribe('/rooms/hush~0d~0a~1b', { name: NASTY, token: NASTY });
    await client.publish('/rooms/hush~0d~0a~1b', { text: NASTY });
    await client.publish(`/rooms/${NASTY}`, { text: NASTY });
    for (const channel of [NASTY, '/meta/subscribe', '/meta/hush']) {
      await postMessages(url, { channel, clientId: client.clientId, subscription: NASTY, id: NASTY });
    }
    await post(url, [handshakeMessage({ token: 'hush-token', name: NASTY })], { Origin: 'https://evil.example/hush' });
    await post(url, NASTY);
    const headers = { Authorization: `Bearer ${adminToken}`, Cookie: 'hush=1', 'User-Agent': 'hush', Referer: 'hush' };
    for (const target of ['/metrics', '/hush', '//hush', '/bayeux/hush']) {
      await exchange(port, request(`GET ${target} HTTP/1.1`, headers), 2_000);
      await exchange(port, upgrade(`GET ${target} HTTP/1.1`, headers), 300);
    }
    for (const origin of [NASTY, '\u009b31m\u009d0;title\u009c']) {
      await exchange(port, `GET /bayeux HTTP/1.1\r\nHost: x\r\nOrigin: https://a${origin}\r\n\r\n`, 500);
    }
    client.send(NASTY);
    client.close();
    await relay.close();
    expect(written, 'the relay does say something').to.include('closing').and.to.include('origin refused');
    expectClean();
    expect(written.replaceAll('https://evil.example/hush', '')).not.to.include('hush');
    for (const secret of secrets) expect(written).not.to.include(secret);
  });

  it('[OPS-8] row 26: an error’s trappings are not written: commands of Redis, requests, causes', () => {
    const log = createLogger('trace', sink);
    const error = Object.assign(new ReplyError(`ERR ${NASTY.slice(4)}`), {
      command: { name: 'evalsha', args: ['hush-payload'] },
      request: { headers: { authorization: 'hush-header' } },
      cause: new Error('hush-cause'),
      code: 'EHARM',
    });
    log.error({ err: error }, 'a message failed');
    log.error({ err: 'no error at all' }, 'a message failed');
    expectClean();
    expect(written).not.to.include('hush');
    const [line = '', second = ''] = written.split('\n');
    expect(at(JSON.parse(line), 'err', 'code')).to.equal('EHARM');
    expect(at(JSON.parse(line), 'err', 'message')).to.match(/^ERR/);
    expect(at(JSON.parse(second), 'err', 'message')).to.equal('no error at all');
  });
});
