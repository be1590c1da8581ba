import { expect } from 'chai';
import { createRelay } from '../../server/index.ts';
import {
  at,
  code,
  handshakeMessage,
  post,
  RawClient,
  type RunningRelay,
  startRelay,
} from '../integration/relay/bayeux-client.ts';
import { clientFrame, exchange, request, status, upgrade } from './raw-http.ts';

const BODY = JSON.stringify([handshakeMessage()]);
const FRAME_BYTES = 64 * 1024;

describe('attacks by requests', () => {
  let running: RunningRelay;

  beforeEach(async () => {
    running = await startRelay({ origins: ['https://good.com'] });
  });

  afterEach(async () => {
    expect((await fetch(`${running.url}/healthz`)).status).to.equal(200);
    await running.relay.close();
  });

  it('[GATE-10] row 8: JSON-P, forms, plain text, EventSource, other methods and paths: 404, 405 or 415', async () => {
    const client = await RawClient.connect(running.url);
    await client.subscribe('/rooms/lobby');
    const message = encodeURIComponent(
      JSON.stringify([{ channel: '/rooms/lobby', clientId: client.clientId, data: { text: 'csrf' } }]),
    );
    const ask = async (path: string, init: RequestInit = {}) => (await fetch(`${running.url}${path}`, init)).status;
    expect(await ask(`/bayeux?message=${message}&jsonp=callback`)).to.equal(405);
    expect(await ask(`/bayeux/${client.clientId}`, { headers: { Accept: 'text/event-stream' } })).to.equal(404);
    expect(await ask('/bayeux', { headers: { Accept: 'text/event-stream' } })).to.equal(405);
    for (const method of ['PUT', 'DELETE', 'PATCH', 'HEAD']) expect(await ask('/bayeux', { method })).to.equal(405);
    const types = [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/jsonp',
      '',
    ];
    for (const type of types) {
      const headers: Record<string, string> = { 'Content-Type': type };
      const body = `message=${message}`;
      expect(await ask('/bayeux', { method: 'POST', headers, body }), type).to.equal(415);
      expect(await ask('/bayeux', { method: 'POST', headers, body: BODY }), type).to.equal(415);
    }
    for (const path of ['/bayeux/x', '/bayeux/handshake/x', '/bayeux/..%2f', '/bayeuxx']) {
      expect(
        await ask(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: BODY }),
        path,
      ).to.equal(404);
    }
    expect(client.heard).to.deep.equal([]);
    client.close();
  });

  it('[GATE-11] row 9: evil, null and look-alike origins: 403 on upgrade and HTTP, exact match, no cookies', async () => {
    const evil = [
      'https://evil.com',
      'null',
      'https://evil-good.com',
      'https://good.com.evil',
      'http://good.com',
      'https://good.com:8443',
    ];
    const odd = [
      'https://good.com/',
      'https://GOOD.com',
      'https://good.com, https://evil.com',
      'good.com',
      '',
      'file://',
      'http://localhost@evil.com',
    ];
    for (const origin of [...evil, ...odd]) {
      const answer = await post(running.url, BODY, { Origin: origin });
      expect([answer.status, code(at(await answer.json(), 0))], origin).to.deep.equal([403, 'origin']);
      expect(answer.headers.get('access-control-allow-origin'), origin).to.equal(null);
      expect(answer.headers.get('vary')).to.match(/Origin/);
      expect(answer.headers.get('set-cookie')).to.equal(null);
      const socket = await exchange(running.port, upgrade('GET /bayeux HTTP/1.1', { Origin: origin }));
      expect(status(socket), origin).to.equal(403);
      expect(status(await exchange(running.port, request('OPTIONS /bayeux HTTP/1.1', { Origin: origin })))).to.equal(
        403,
      );
    }
    for (const origin of ['https://good.com', running.url]) {
      const answer = await post(running.url, BODY, { Origin: origin });
      expect([answer.status, answer.headers.get('access-control-allow-origin')]).to.deep.equal([200, origin]);
      expect(answer.headers.get('access-control-allow-credentials')).to.equal(null);
      expect((await RawClient.open(running.url, { Origin: origin })).ws.readyState).to.equal(1);
      const preflight = await fetch(`${running.url}/bayeux`, { method: 'OPTIONS', headers: { Origin: origin } });
      expect([preflight.status, preflight.headers.get('access-control-allow-methods')]).to.deep.equal([204, 'POST']);
    }
  });

  it('[GATE-11] row 9: by default pages of this machine may come, whatever their port', async () => {
    const relay = createRelay({ port: 0, log: 'silent' });
    const { url } = await relay.listen();
    for (const origin of [
      'http://localhost:3000',
      'http://127.0.0.1:5173',
      'http://[::1]:80',
      'https://dev.localhost',
    ]) {
      const normal = new URL(origin).origin;
      expect((await post(url, BODY, { Origin: normal })).status, origin).to.equal(200);
    }
    for (const origin of [
      'http://localhost.evil.com',
      'http://127.0.0.1.evil.com',
      'http://evil.com',
      'null',
      'http://localhost:3000/',
      'HTTP://LOCALHOST',
    ]) {
      expect((await post(url, BODY, { Origin: origin })).status, origin).to.equal(403);
    }
    const rebound = { Host: `evil.com:${new URL(url).port}`, Origin: `http://evil.com:${new URL(url).port}` };
    const headers = { ...rebound, 'Content-Type': 'application/json' };
    const answer = await exchange(Number(new URL(url).port), request('POST /bayeux HTTP/1.1', headers, BODY));
    expect(status(answer), 'a name that was made to resolve to 127.0.0.1').to.equal(403);
    await relay.close();
  });

  it('[GATE-11] row 9: without an Origin, guests come from this machine alone', async () => {
    const far = await post(running.url, BODY, { 'X-Forwarded-For': '203.0.113.7' });
    const reply = at(await far.json(), 0);
    expect([code(reply), at(reply, 'advice', 'reconnect')]).to.deep.equal(['origin', 'none']);
    expect((await post(running.url, BODY)).status).to.equal(200);
    for (const [trustProxy, forwarded, expected] of [
      [0, '127.0.0.1', 'origin'],
      [1, '127.0.0.1, 203.0.113.7', 'origin'],
      [1, '203.0.113.7, 127.0.0.1', undefined],
      [2, '127.0.0.1, 203.0.113.7', undefined],
    ] as const) {
      const { relay, url } = await startRelay({ trustProxy });
      const answer = at(await (await post(url, BODY, { 'X-Forwarded-For': forwarded })).json(), 0);
      expect(code(answer), `${forwarded} through ${trustProxy}`).to.equal(expected);
      const hidden = await post(url, BODY, { Forwarded: 'for=127.0.0.1' });
      expect(code(at(await hidden.json(), 0))).to.equal('origin');
      await relay.close();
    }
    const browser = await post(running.url, BODY, { 'X-Forwarded-For': '203.0.113.7', Origin: 'https://good.com' });
    expect(at(await browser.json(), 0, 'successful')).to.equal(true);
  });

  it('[GATE-13] row 10: `GET // HTTP/1.1` and other targets that are no path, also as upgrades: 400 and the process lives', async () => {
    const targets = ['//', '///', '//evil', '//[', '//:', '*', 'http://', 'http://[/', '//bayeux', '/%', '/bayeux%'];
    for (const target of targets) {
      const plain = await exchange(running.port, request(`GET ${target} HTTP/1.1`));
      expect(status(plain), target).to.be.oneOf(target.startsWith('/%') || target === '/bayeux%' ? [400, 404] : [400]);
      const socket = await exchange(running.port, upgrade(`GET ${target} HTTP/1.1`));
      expect(status(socket), target).to.be.oneOf([400, 404]);
    }
    expect(status(await exchange(running.port, upgrade('GET // HTTP/1.1')))).to.equal(400);
    const client = await RawClient.connect(running.url);
    await exchange(running.port, request('GET // HTTP/1.1'));
    expect((await client.subscribe('/rooms/lobby')).successful).to.equal(true);
    client.close();
  });

  it('[GATE-13] broken upgrades: refused, and the process lives', async () => {
    for (const headers of [
      { 'Sec-WebSocket-Version': '99' },
      { 'Sec-WebSocket-Key': 'short' },
      { Upgrade: 'h2c' },
      { 'Sec-WebSocket-Extensions': 'permessage-deflate; server_max_window_bits=99' },
      { 'Sec-WebSocket-Protocol': ',,,' },
    ]) {
      const answer = await exchange(running.port, upgrade('GET /bayeux HTTP/1.1', headers), 300);
      expect(status(answer)).to.be.oneOf([101, 400, 405, 426]);
    }
    expect(status(await exchange(running.port, upgrade('GET /elsewhere HTTP/1.1')))).to.equal(404);
  });

  it('[GATE-14] row 12: a body over 64 KiB, announced or not: 413, without being kept', async () => {
    const big = `[${' '.repeat(32 * 1024 * 1024)}]`;
    const before = process.memoryUsage().arrayBuffers;
    const announced = await exchange(
      running.port,
      request('POST /bayeux HTTP/1.1', { 'Content-Type': 'application/json' }, big.slice(0, 200_000)),
    );
    expect(status(announced)).to.equal(413);
    const chunk = `${(16_384).toString(16)}\r\n${' '.repeat(16_384)}\r\n`;
    const head =
      'POST /bayeux HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';
    const chunked = await exchange(running.port, head + chunk.repeat(64), 1_500);
    expect(status(chunked)).to.equal(413);
    expect(chunked).to.include('"code":"too_large"');
    const whole = await exchange(
      running.port,
      request('POST /bayeux HTTP/1.1', { 'Content-Type': 'application/json' }, big),
    );
    expect(status(whole)).to.be.oneOf([413, Number.NaN]); // its sender may meet the closed connection first
    expect(process.memoryUsage().arrayBuffers - before).to.be.lessThan(10 * 1024 * 1024 + big.length);
    const exactly = `${BODY.slice(0, -1)}${' '.repeat(FRAME_BYTES - BODY.length)}]`;
    expect((await post(running.url, exactly)).status).to.equal(200);
    expect((await post(running.url, `${exactly} `)).status).to.equal(413);
  });

  it('[GATE-14] row 12: compressed bodies are refused, compressed frames never negotiated', async () => {
    const zipped = await post(running.url, BODY, { 'Content-Encoding': 'gzip' });
    expect([zipped.status, code(at(await zipped.json(), 0))]).to.deep.equal([415, 'media_type']);
    const offer = { 'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits' };
    const answer = await exchange(running.port, upgrade('GET /bayeux HTTP/1.1', offer), 300);
    expect(status(answer)).to.equal(101);
    expect(answer.toLowerCase()).not.to.include('sec-websocket-extensions');
  });

  it('[GATE-14] row 12: a frame over 64 KiB, announced at 32 MB, whole or in fragments: the socket is closed with 1009', async () => {
    for (const session of [false, true]) {
      const client = await (session ? RawClient.connect(running.url) : RawClient.open(running.url));
      if (session) await client.subscribe('/rooms/lobby');
      client.send(`[${' '.repeat(FRAME_BYTES)}]`);
      expect(await client.closed()).to.equal(1009);
      const exact = await RawClient.open(running.url);
      exact.send(`${BODY.slice(0, -1)}${' '.repeat(FRAME_BYTES - BODY.length)}]`);
      await exact.until(() => exact.frames.length === 1, 2_000, 'the answer to a frame of 64 KiB');
      exact.close();
    }
    const announced = Buffer.alloc(14);
    announced[0] = 0x81;
    announced[1] = 0xff;
    announced.writeBigUInt64BE(32n * 1024n * 1024n, 2);
    const upgraded = Buffer.from(upgrade('GET /bayeux HTTP/1.1'));
    expect(closeCode(await exchange(running.port, Buffer.concat([upgraded, announced]), 2_500))).to.equal(1009);
    const half = Buffer.alloc(40 * 1024, 0x20);
    const fragments = Buffer.concat([upgraded, clientFrame(0x01, half), clientFrame(0x80, half)]);
    expect(closeCode(await exchange(running.port, fragments, 2_500))).to.equal(1009);
  });

  it('[GATE-15] row 16: slow heads, slow bodies and upgrades that say nothing: cut within 15 s', async function () {
    this.timeout(25_000);
    const head = 'POST /bayeux HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n';
    const started = performance.now();
    const slow = [head, `${head}\r\n[`, upgrade('GET /bayeux HTTP/1.1'), ''];
    await Promise.all(slow.map((bytes) => exchange(running.port, bytes, 20_000)));
    expect(performance.now() - started).to.be.lessThan(15_000);
  });

  it('[GATE-14] frames that are not text, or not UTF-8, close their socket alone', async () => {
    const upgraded = Buffer.from(upgrade('GET /bayeux HTTP/1.1'));
    const answers = [
      [clientFrame(0x82, Buffer.from('[]')), 1003],
      [clientFrame(0x81, Buffer.from([0xff, 0xfe])), 1007],
      [clientFrame(0xc1, Buffer.from('[]')), 1002],
      [clientFrame(0x83, Buffer.from('[]')), 1002],
    ] as const;
    for (const [frame, expected] of answers) {
      expect(closeCode(await exchange(running.port, Buffer.concat([upgraded, frame]), 500))).to.equal(expected);
    }
  });
});

/** The status of the close frame that follows the answer to an upgrade. */
function closeCode(answer: string): number {
  const frames = Buffer.from(answer.slice(answer.indexOf('\r\n\r\n') + 4), 'latin1');
  return frames[0] === 0x88 ? frames.readUInt16BE(2) : Number.NaN;
}
