import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import { expect } from 'chai';
import manifest from '../../../package.json' with { type: 'json' };
import { type RelayProcess, startRelayProcess } from '../../support/relay-process.ts';

const EXACT = `/v${manifest.version}/`;

describe('static files', () => {
  let relay: RelayProcess;
  before(async () => {
    relay = await startRelayProcess();
  });
  after(() => relay.stop());

  it('[ASSET-1] the widget is for every origin: /v1/ for minutes, the exact version for ever', async () => {
    const floating = await fetch(`${relay.url}/v1/natter.js`, { headers: { origin: 'https://elsewhere.example' } });
    expect(headersOf(floating)).to.deep.equal({
      status: 200,
      type: 'text/javascript; charset=utf-8',
      origin: '*',
      resource: 'cross-origin',
      sniff: 'nosniff',
      cache: 'public, max-age=300',
      cookie: null,
    });
    const files = readdirSync(`dist/public${EXACT}`);
    expect(files).to.include('natter.js');
    for (const file of files) {
      const exact = await fetch(`${relay.url}${EXACT}${file}`);
      expect(exact.headers.get('cache-control'), file).to.equal('public, max-age=31536000, immutable');
      expect(exact.headers.get('access-control-allow-origin')).to.equal('*');
    }
    for (const other of ['/v0/natter.js', '/v2/natter.js', '/v99.0.0/natter.js', '/v1/', '/v1/nothing.js']) {
      expect((await fetch(relay.url + other)).status, other).to.equal(404);
    }
  });

  it('[ASSET-1] a file is sent compressed to those who take it, and not again to those who have it', async () => {
    const response = await fetch(`${relay.url}/v1/natter.js`);
    expect(response.headers.get('content-encoding')).to.equal('gzip');
    expect(response.headers.get('vary')).to.contain('Accept-Encoding');
    const plain = await fetch(`${relay.url}/v1/natter.js`, { headers: { 'accept-encoding': 'identity' } });
    expect(plain.headers.get('content-encoding')).to.equal(null);
    expect(await plain.text()).to.equal(await response.text());
    const held = { 'accept-encoding': 'gzip', 'if-none-match': response.headers.get('etag') ?? '' };
    expect(await statusOf(relay.url, '/v1/natter.js', held)).to.equal(304);
    expect((await fetch(`${relay.url}/v1/natter.js`, { method: 'POST' })).status).to.equal(404);
  });

  it('[ASSET-2] no path leads out of the folders or to a dot file', async () => {
    const paths = [
      '/v1/../../package.json',
      '/v1/..%2f..%2fpackage.json',
      '/v1/%2e%2e/%2e%2e/package.json',
      '/v1/..\\..\\package.json',
      '/v1%2fnatter.js',
      '/v1/%2e/natter.js',
      '/../package.json',
      '/..%2fserver%2fmain.js',
      '/%2e%2e%2fserver/main.js',
      '/....//package.json',
      '/.env',
      '/.git/config',
      '/assets/.hidden',
      '/server/main.js',
      '/natter.js%00.html',
      '/v1//natter.js',
    ];
    for (const path of paths) expect(await statusOf(relay.url, path), path).to.equal(404);
  });

  it('[ASSET-3] demo pages have a strict policy and no cookie', async () => {
    for (const path of ['/', '/lab', '/room', '/local']) {
      const page = await fetch(relay.url + path);
      const policy = page.headers.get('content-security-policy') ?? '';
      expect(page.headers.get('content-type'), path).to.equal('text/html; charset=utf-8');
      expect(page.headers.get('set-cookie')).to.equal(null);
      expect(policy).to.contain("default-src 'none'").and.to.contain("script-src 'self'").and.not.to.contain('unsafe');
      expect(policy).to.contain("frame-ancestors 'self'").and.to.contain("require-trusted-types-for 'script'");
    }
  });

  it('[ASSET-3] the demo can be switched off', async () => {
    const quiet = await startRelayProcess(['--demo=off']);
    try {
      for (const path of ['/', '/lab', '/room', '/local'])
        expect((await fetch(quiet.url + path)).status, path).to.equal(404);
      expect((await fetch(`${quiet.url}/v1/natter.js`)).status).to.equal(200);
    } finally {
      await quiet.stop();
    }
  });
});

function headersOf({ status, headers }: Response) {
  return {
    status,
    type: headers.get('content-type'),
    origin: headers.get('access-control-allow-origin'),
    resource: headers.get('cross-origin-resource-policy'),
    sniff: headers.get('x-content-type-options'),
    cache: headers.get('cache-control'),
    cookie: headers.get('set-cookie'),
  };
}

/** The status of a request whose target and headers are sent as they stand; fetch would tidy them. */
async function statusOf(url: string, target: string, headers: OutgoingHttpHeaders = {}): Promise<number | undefined> {
  const { hostname, port } = new URL(url);
  const sent = request({ hostname, port, path: target, headers, agent: false }).end();
  const [response]: IncomingMessage[] = await once(sent, 'response');
  response?.resume();
  return response?.statusCode;
}
