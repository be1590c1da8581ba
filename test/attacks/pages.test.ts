import { expect } from 'chai';
import express from 'express';
import manifest from '../../package.json' with { type: 'json' };
import { createRelay } from '../../server/index.ts';
import { metric, RawClient, type RunningRelay, startRelay } from '../integration/relay/bayeux-client.ts';
import { exchange, request, status, upgrade } from './raw-http.ts';

const TOKEN = 'a-token-of-the-admin';
const EXACT = `/v${manifest.version}`;

/** Something of each kind that the relay answers: pages, scripts, JSON, refusals, errors. */
const TARGETS = [
  ...['/', '/lab', '/room', '/service-worker.js', '/v1/natter.js', `${EXACT}/natter.js`, `${EXACT}/files.json`],
  ...[
    '/healthz',
    '/readyz',
    '/metrics',
    '/admin/revocations',
    '/bayeux',
    '/bayeux/x',
    '/nothing',
    '/%',
    '//',
    '*',
    '/..%2f',
    '/v1/',
  ],
];

describe('attacks on what is served', () => {
  let running: RunningRelay;

  before(async () => {
    running = await startRelay({ adminToken: TOKEN, trustProxy: 1 });
  });

  after(() => running.relay.close());

  const ask = (line: string, headers: Readonly<Record<string, string>> = {}, body = '') =>
    exchange(running.port, request(`${line} HTTP/1.1`, headers, body));
  const header = (answer: string, name: string) => new RegExp(`^${name}: (.*)\r$`, 'im').exec(answer)?.[1];

  it('[SEC-9] row 21: no answer may be framed by others, guessed at, or says who serves it; pages allow their own origin alone', async () => {
    const pages: string[] = [];
    for (const target of TARGETS) {
      for (const method of ['GET', 'POST', 'PUT', 'OPTIONS', 'DELETE']) {
        const answer = await ask(`${method} ${target}`);
        const policy = header(answer, 'Content-Security-Policy') ?? '';
        const what = `${method} ${target}`;
        expect(policy, what).to.match(/default-src 'none'/);
        expect(policy, what)
          .to.match(/frame-ancestors '(none|self)'/)
          .and.not.to.include('unsafe');
        expect(header(answer, 'X-Content-Type-Options'), what).to.equal('nosniff');
        expect(header(answer, 'Referrer-Policy'), what).to.equal('no-referrer');
        expect(header(answer, 'X-Powered-By'), what).to.equal(undefined);
        if (/frame-ancestors 'self'/.test(policy)) pages.push(target);
        else expect(policy, what).to.match(/(^|;)sandbox($|;)/);
      }
    }
    expect([...new Set(pages)]).to.deep.equal(['/', '/lab', '/room', '/service-worker.js']);
  });

  it('[SEC-9] row 21: a relay that is mounted in an app keeps its answers so, and leaves those of the app alone', async () => {
    const relay = createRelay({ log: 'silent' });
    const app = express();
    app.use(relay.router);
    app.get('/theirs', (_request, response) => void response.send('theirs'));
    const server = app.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const bound = server.address();
    const url = `http://127.0.0.1:${typeof bound === 'object' ? bound?.port : ''}`;
    for (const path of ['/healthz', '/readyz', '/metrics', '/bayeux', '/bayeux/x', '/', '/lab']) {
      const { headers } = await fetch(url + path);
      expect(headers.get('content-security-policy'), path).to.match(/frame-ancestors '(none|self)'/);
      expect(headers.get('x-content-type-options'), path).to.equal('nosniff');
    }
    expect((await fetch(`${url}/theirs`)).headers.get('content-security-policy')).to.equal(null);
    server.close();
    server.closeAllConnections();
    await relay.close();
  });

  it('[SEC-10] no answer to anything sets a cookie, and those that come are not looked at', async () => {
    for (const target of TARGETS) {
      for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS']) {
        const answer = await ask(`${method} ${target}`, { Cookie: 'session=stolen; __proto__=x' });
        expect(answer.toLowerCase(), `${method} ${target}`).not.to.include('set-cookie').and.not.to.include('stolen');
      }
    }
    const socket = await exchange(running.port, upgrade('GET /bayeux HTTP/1.1', { Cookie: 'session=stolen' }), 300);
    expect(status(socket)).to.equal(101);
    expect(socket.toLowerCase()).not.to.include('cookie');
  });

  it('[OPS-3] row 25: metrics from elsewhere, by whatever header and name: 401 without the token', async () => {
    const elsewhere = '203.0.113.7';
    const attempts: readonly Readonly<Record<string, string>>[] = [
      { 'X-Forwarded-For': elsewhere },
      { 'X-Forwarded-For': `127.0.0.1, ${elsewhere}` },
      { 'X-Forwarded-For': `127.0.0.1,${elsewhere} ` },
      { 'X-Forwarded-For': '' },
      { 'X-Forwarded-For': 'localhost' },
      { 'X-Forwarded-For': '127.0.0.1.evil.example' },
      { Forwarded: 'for=127.0.0.1' },
      { 'X-Forwarded-For': elsewhere, 'X-Real-IP': '127.0.0.1', 'X-Client-IP': '127.0.0.1', Host: 'localhost' },
      { 'X-Forwarded-For': elsewhere, Authorization: `Basic ${TOKEN}` },
      { 'X-Forwarded-For': elsewhere, Authorization: `Bearer ${TOKEN.slice(1)}` },
      { 'X-Forwarded-For': elsewhere, Authorization: `Bearer ${TOKEN} x` },
      { 'X-Forwarded-For': elsewhere, Authorization: 'Bearer undefined' },
      { Authorization: 'Bearer wrong' },
      { Host: 'evil.example' },
      { Host: 'localhost.evil.example:8000' },
      { Host: '127.0.0.1.evil.example' },
      { Host: 'evil@[' },
    ];
    for (const headers of attempts) {
      const answer = await ask('GET /metrics', headers);
      expect(status(answer), JSON.stringify(headers)).to.equal(401);
      expect(answer).not.to.include('natter_');
    }
    for (const target of [
      `/metrics?token=${TOKEN}`,
      '/metrics/',
      '/METRICS',
      '/metrics/..',
      '//metrics',
      '/%6detrics',
    ]) {
      const answer = await ask(`GET ${target}`, { 'X-Forwarded-For': elsewhere });
      expect(answer, target).not.to.include('natter_');
    }
    const allowed = await ask('GET /metrics', { 'X-Forwarded-For': elsewhere, Authorization: `Bearer ${TOKEN}` });
    expect(status(allowed)).to.equal(200);
    for (const Host of ['localhost', '127.0.0.1:8000', '[::1]:8000']) {
      expect(status(await ask('GET /metrics', { Host })), Host).to.equal(200);
    }
  });

  it('[OPS-2] row 25: whatever clients write, metrics gain no label and no line', async () => {
    const lines = async () =>
      (await (await fetch(`${running.url}/metrics`)).text()).split('\n').map((line) => line.split(' ')[0]);
    const client = await RawClient.connect(running.url);
    await client.subscribe('/rooms/warm');
    await client.publish('/rooms/cold', { text: 'refused' });
    const before = await lines();
    for (let n = 0; n < 50; n += 1) {
      await client.publish(`/rooms/room-${n}`, { text: 'x' });
      await client.subscribe(`/rooms/room-${n}"} 1\n`);
      await fetch(`${running.url}/page-${n}`, { headers: { 'X-Forwarded-For': `192.0.2.${n}` } });
    }
    for (let n = 0; n < 20; n += 1) await client.subscribe(`/rooms/own-${n}`, { name: `name-${n}` });
    const after = await lines();
    expect(after.filter((line) => !before.includes(line))).to.satisfy((fresh: readonly string[]) =>
      fresh.every((line) => /^natter_refusals_total\{code="[a-z_]+"\}$/.test(line)),
    );
    expect(after.join()).not.to.match(/room-|own-|name-|page-|192\.0/);
    expect(await metric(running.url, 'natter_rooms')).to.be.greaterThan(0);
    client.close();
  });

  it('[ASSET-2] row 38: no spelling of a path leads out of the folders, to a dot file or to a source', async () => {
    const up = ['..', '%2e%2e', '.%2e', '%2E.', '%252e%252e', '..%00', '..;', '%c0%ae%c0%ae', '\\..', '..%5c', '....'];
    const slashes = ['/', '%2f', '%2F', '%5c', '\\', '//', '/./'];
    const names = ['package.json', 'server/main.js', 'etc/passwd', '.git/config', '.env'];
    const targets = up.flatMap((dots) =>
      slashes.flatMap((slash) =>
        names.flatMap((name) => [
          `/${dots}${slash}${name}`,
          `/v1/${dots}${slash}${dots}${slash}${name}`,
          `${EXACT}${slash}${dots}${slash}${name}`,
        ]),
      ),
    );
    const odd = [
      ...[
        '/.',
        '/..',
        '/.env',
        '/.git/HEAD',
        '/v1/.',
        '/v1/..',
        '/v1',
        `${EXACT}`,
        '/v1%2fnatter.js',
        '/v1\\natter.js',
      ],
      ...[
        '/v1/natter.js/',
        '/v1/natter.js%00',
        '/v1/natter.js.map/..',
        '/v1/./natter.js',
        '/index.html/..',
        '/LAB.HTML',
      ],
      ...['/constructor', '/__proto__', '/v1/__proto__', '/toString', '/v1/constructor', `/${'a/'.repeat(2_000)}`],
      ...['/assets/../../package.json', '/file:///etc/passwd', '/v1/natter.js?/../../package.json#'],
    ];
    for (const target of [...targets, ...odd]) {
      const answer = await ask(`GET ${target}`);
      const served = target.startsWith('/v1/natter.js?') ? [200] : [400, 404];
      expect(status(answer), target).to.be.oneOf(served);
      expect(answer, target).not.to.match(/"dependencies"|root:x:|createRelay|repositoryformatversion/);
    }
  });

  it('[ASSET-2] row 38: what is refused is not repeated in the answer', async () => {
    for (const target of ['/<script>alert(1)</script>', '/%3Cscript%3E', '/bayeux/<img>', '/v1/"onerror="x']) {
      expect(await ask(`GET ${target}`), target).not.to.match(/<script|<img|onerror|%3C/);
    }
  });
});
