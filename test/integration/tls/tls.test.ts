import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { connect as connectTcp } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { expect } from 'chai';
import { type Certificates, makeCertificates } from '../../support/certificates.ts';
import { eventually, within } from '../../support/eventually.ts';
import { type RelayProcess, runCommand, startRelayProcess } from '../../support/relay-process.ts';
import { at, RawClient } from '../relay/bayeux-client.ts';
import { joined, publishEntry } from '../relay/replica.ts';

describe('a relay that speaks TLS itself', () => {
  let certificates: Certificates;
  let ca: Buffer;
  let relay: RelayProcess;
  const flags = () => ['--tls-cert', certificates.cert, '--tls-key', certificates.key];
  const port = () => Number(new URL(relay.url).port);

  before(async () => {
    certificates = makeCertificates();
    ca = readFileSync(certificates.ca);
    relay = await startRelayProcess([...flags(), '--limit-messages', 'off', '--limit-room-messages', 'off']);
  });

  after(async () => {
    await relay.stop();
    certificates.remove();
  });

  const ask = async (path: string) => {
    const [response] = await once(get(`${relay.url}${path}`, { ca, agent: false }), 'response');
    response.resume();
    return response;
  };
  const handshake = async (options: object = {}) => {
    const socket = connectTls({ port: port(), host: '127.0.0.1', ca, ...options });
    await within(once(socket, 'secureConnect'), 4_000, 'a handshake');
    return socket;
  };
  const shown = (socket: TLSSocket) => {
    const { serialNumber } = socket.getPeerCertificate();
    socket.destroy();
    return serialNumber;
  };

  it('[SEC-1] prints and serves https alone, and says so to browsers for a year, whatever it answers', async () => {
    expect(relay.url).to.match(/^https:/);
    expect(relay.output()).to.include(`src="${relay.url}/v1/natter.js"`).and.not.to.include('http://');
    for (const path of ['/', '/healthz', '/v1/natter.js', '/nothing', '/metrics', '/bayeux']) {
      const { headers } = await ask(path);
      expect(headers['strict-transport-security'], path).to.equal('max-age=31536000');
    }
    const plain = await fetch(relay.url.replace('https', 'http')).catch(() => 'refused');
    expect(plain).to.equal('refused');
    expect((await ask('/healthz')).statusCode).to.equal(200);
  });

  it('[SEC-1] chats by wss, and cuts who does not read there too', async () => {
    const [here, , replica] = await joined(relay.url, 'lobby', undefined, ca);
    const there = await RawClient.connect(relay.url, {}, ca);
    await there.subscribe('/rooms/lobby');
    const reply = await publishEntry(here, 'lobby', replica.entry('lobby', 'hello'));
    expect(at(reply, 'ext', 'natter', 'offset')).to.equal(1);
    const [frame] = await there.on('/rooms/lobby', 1);
    expect(at(frame, 'entry', 'replica')).to.equal(replica.id);
    const cut = async () => {
      for (let n = 0; n < 50; n += 1)
        void here.publish('/rooms/lobby', { v: 1, entry: replica.entry('lobby', 'x'.repeat(7_000)) });
      const answer = await within(
        once(get(`${relay.url}/metrics`, { ca, agent: false }), 'response'),
        4_000,
        'metrics',
      );
      let text = '';
      for await (const chunk of answer[0]) text += String(chunk);
      expect(Number(/natter_readers_cut_total (\d+)/.exec(text)?.[1])).to.be.greaterThan(0);
    };
    there.ws.pause();
    await eventually(cut, 15_000);
    for (const client of [here, there]) client.close();
  });

  it('[SEC-2] speaks TLS 1.2 and 1.3 and nothing before', async () => {
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      const socket = await handshake({ minVersion: version, maxVersion: version });
      expect(socket.getProtocol()).to.equal(version);
      socket.destroy();
    }
    for (const version of ['TLSv1', 'TLSv1.1'] as const) {
      const old = connectTls({
        port: port(),
        host: '127.0.0.1',
        ca,
        minVersion: version,
        maxVersion: version,
        ciphers: 'ALL:@SECLEVEL=0',
      });
      const [error] = await within(once(old, 'error'), 4_000, 'a refusal');
      expect(String(error), version).to.match(/alert protocol version|unsupported protocol/);
    }
  });

  it('[SEC-2] row 16: who opens a connection and does not finish its handshake is cut within 15 s', async () => {
    const hello = Buffer.from('160301', 'hex'); // the beginning of a ClientHello
    const started = performance.now();
    const silent = Array.from({ length: 20 }, (_, n) => {
      const socket = connectTcp(port(), '127.0.0.1', () => n % 2 && socket.write(hello));
      socket.on('error', () => undefined).resume();
      return once(socket, 'close');
    });
    await within(Promise.all(silent), 15_000, 'the cuts');
    expect(performance.now() - started).to.be.lessThan(15_000);
    expect((await ask('/healthz')).statusCode).to.equal(200);
  });

  it('[SEC-3] a renewed certificate is shown without a restart, and open connections go on; a broken one is not taken', async () => {
    const [client, , replica] = await joined(relay.url, 'renewal', undefined, ca);
    const before = shown(await handshake());
    certificates.renew();
    const renewed = await eventually(async () => {
      const now = shown(await handshake());
      expect(now).not.to.equal(before);
      return now;
    }, 10_000);
    const good = readFileSync(certificates.key);
    writeFileSync(certificates.key, 'no key at all');
    await eventually(() => expect(relay.output()).to.include('the new certificate is not used'), 10_000);
    expect(shown(await handshake())).to.equal(renewed);
    writeFileSync(certificates.key, good);
    expect((await publishEntry(client, 'renewal', replica.entry('renewal', 'still here'))).successful).to.equal(true);
    client.close();
  });

  it('[SEC-4] wrong files end it at once with one line that names the setting, and nothing of a key', async () => {
    const other = makeCertificates();
    const junk = `${other.ca}.junk`;
    writeFileSync(junk, 'nothing in PEM');
    const { cert, key } = certificates;
    try {
      const runs: readonly (readonly [readonly string[], string])[] = [
        [['--tls-cert', cert], 'NATTER_TLS_CERT and NATTER_TLS_KEY need each other; see natter --help'],
        [['--tls-cert', `${cert}.not`, '--tls-key', key], `NATTER_TLS_CERT: ${cert}.not can not be read`],
        [['--tls-cert', cert, '--tls-key', `${key}.not`], `NATTER_TLS_KEY: ${key}.not can not be read`],
        [['--tls-cert', junk, '--tls-key', key], `NATTER_TLS_CERT: ${junk} is not a certificate in PEM`],
        ...[junk, other.key].map(
          (wrong) =>
            [
              ['--tls-cert', cert, '--tls-key', wrong],
              `NATTER_TLS_KEY: ${wrong} is not the key of ${cert}, in PEM and without a passphrase`,
            ] as const,
        ),
      ];
      for (const [given, line] of runs) {
        expect(await runCommand(given)).to.deep.equal({ code: 1, stdout: '', stderr: `natter: ${line}\n` });
      }
    } finally {
      other.remove();
    }
  });
});
