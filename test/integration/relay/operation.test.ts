import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect as connectTcp } from 'node:net';
import { expect } from 'chai';
import express from 'express';
import { WebSocket, WebSocketServer } from 'ws';
import { createRelay } from '../../../server/index.ts';
import { NO_LIMITS } from '../../../server/settings-limits.ts';
import { eventually, within } from '../../support/eventually.ts';
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

describe('operation', () => {
  let running: RunningRelay;

  beforeEach(async () => {
    running = await startRelay();
  });

  afterEach(async () => {
    await running.relay.close();
  });

  it('[OPS-1] health and readiness are told, and that it is closing', async () => {
    expect((await fetch(`${running.url}/healthz`)).status).to.equal(200);
    expect((await fetch(`${running.url}/readyz`)).status).to.equal(200);
    const app = express();
    app.use(running.relay.router);
    const server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await running.relay.close();
    expect((await fetch(`${url}/readyz`)).status).to.equal(503);
    const [refused] = await postMessages(url, handshakeMessage());
    expect([code(refused), at(refused, 'advice', 'reconnect')]).to.deep.equal(['closing', 'retry']);
    server.close();
    server.closeAllConnections();
  });

  it('[OPS-2] metrics count sessions, rooms, messages, refusals and their latency, with no label that a client chose', async () => {
    const client = await RawClient.connect(running.url);
    await client.subscribe('/rooms/lobby');
    await client.publish('/rooms/lobby', { text: 'hi' });
    await client.publish('/rooms/secret-room', { text: 'hi' });
    await client.on('/rooms/lobby', 1);
    expect(await metric(running.url, 'natter_sessions')).to.equal(1);
    expect(await metric(running.url, 'natter_rooms')).to.equal(1);
    expect(await metric(running.url, 'natter_entries_total')).to.equal(1);
    expect(await metric(running.url, 'natter_messages_received_total')).to.equal(5);
    expect(await metric(running.url, 'natter_messages_delivered_total')).to.equal(1);
    expect(await metric(running.url, 'natter_fan_out_seconds_count')).to.equal(1);
    expect(await metric(running.url, 'natter_queue_bytes')).to.equal(0);
    const all = await (await fetch(`${running.url}/metrics`)).text();
    expect(all).to.include('natter_refusals_total{code="not_a_member"} 1');
    expect(all).not.to.match(/lobby|secret-room/);
    client.close();
  });

  it('[OPS-3] metrics are for this machine, or for the admin token', async () => {
    const token = 'a token of the admin';
    await running.relay.close();
    running = await startRelay({ adminToken: 'a-token-of-the-admin' });
    const ask = async (headers: Record<string, string>) => (await fetch(`${running.url}/metrics`, { headers })).status;
    expect(await ask({})).to.equal(200);
    expect(await ask({ 'X-Forwarded-For': '203.0.113.7' })).to.equal(401);
    expect(await ask({ 'X-Forwarded-For': '203.0.113.7', Authorization: 'Bearer a-token-of-the-admin' })).to.equal(200);
    expect(await ask({ Authorization: 'Bearer wrong' })).to.equal(401);
    expect(token).to.be.a('string');
  });

  it('[OPS-4] closing tells the sockets, answers the polls and ends within 5 s, even with clients that do not listen', async () => {
    const client = await RawClient.connect(running.url);
    const [{ clientId = '' } = {}] = await postMessages(running.url, handshakeMessage());
    const poll = post(running.url, [{ channel: '/meta/connect', clientId, connectionType: 'long-polling' }]);
    await eventually(async () => expect(await metric(running.url, 'natter_messages_received_total')).to.equal(4));
    const deaf = connectTcp(running.port, '127.0.0.1');
    deaf.write(upgradeRequest('/bayeux'));
    await once(deaf, 'data');
    deaf.pause();
    const started = performance.now();
    const goodbye = client.closed();
    const closed = running.relay.close();
    expect(await goodbye).to.equal(1001);
    expect((await within(poll, 2_000, 'the poll')).status).to.equal(200);
    await within(closed, 5_000, 'the end');
    expect(performance.now() - started).to.be.lessThan(5_000);
    expect(running.relay.close()).to.be.a('promise');
    deaf.destroy();
    const refused = await fetch(running.url).then(
      () => 'answered',
      () => 'refused',
    );
    expect(refused).to.equal('refused');
  });

  it('[OPS-5] a taken port is an error of listen, with the system’s code', async () => {
    const second = createRelay({ port: running.port, log: 'silent' });
    const error = await second.listen().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(at(error, 'code')).to.equal('EADDRINUSE');
    await second.close();
  });

  it('[OPS-6] mounted in an app, it takes its own paths and upgrades and leaves all others alone', async () => {
    const relay = createRelay({ log: 'silent' });
    const app = express();
    app.use(express.json());
    app.get('/', (_request, response) => {
      response.send('the integrator’s page');
    });
    app.use(relay.router);
    app.get('//odd', (_request, response) => {
      response.send('odd but mine');
    });
    const server = createServer(app);
    const other = new WebSocketServer({ noServer: true });
    relay.attach(server);
    server.on('upgrade', (request, socket, head) => {
      if (request.url === '/theirs') other.handleUpgrade(request, socket, head, (ws) => ws.send('theirs'));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await (await fetch(url)).text()).to.equal('the integrator’s page');
    expect((await fetch(`${url}/healthz`)).status).to.equal(200);
    const [reply] = await postMessages(url, handshakeMessage());
    expect(reply?.successful).to.equal(true);
    const theirs = new WebSocket(`${url.replace('http', 'ws')}/theirs`);
    const [hello] = await once(theirs, 'message');
    expect(String(hello)).to.equal('theirs');
    const client = await RawClient.connect(url);
    await relay.close();
    expect(await client.closed()).to.be.oneOf([0, 1001]);
    expect(theirs.readyState).to.equal(WebSocket.OPEN);
    expect(server.listenerCount('upgrade'), 'only theirs is left').to.equal(1);
    expect(await (await fetch(url)).text()).to.equal('the integrator’s page');
    theirs.terminate();
    server.close();
    server.closeAllConnections();
  });

  it('[OPS-7] a reader that stops reading is cut at 1 MiB, and others get everything meanwhile', async () => {
    await running.relay.close();
    running = await startRelay(NO_LIMITS);
    const [author, ben] = [await RawClient.connect(running.url), await RawClient.connect(running.url)];
    const stalled = await RawClient.connect(running.url);
    for (const client of [author, ben, stalled]) await client.subscribe('/rooms/lobby');
    const raw = at({ socket: Reflect.get(stalled.ws, '_socket') }, 'socket');
    (raw as { pause(): void }).pause();
    const text = 'x'.repeat(7_000);
    let sent = 0;
    while ((await metric(running.url, 'natter_readers_cut_total')) === 0 && sent < 4_000) {
      await Promise.all(Array.from({ length: 50 }, () => author.publish('/rooms/lobby', { text })));
      sent += 50;
      expect(await metric(running.url, 'natter_queue_bytes')).to.be.lessThan(2.5 * 1024 * 1024);
    }
    expect(await metric(running.url, 'natter_readers_cut_total')).to.equal(1);
    await ben.on('/rooms/lobby', sent);
    for (const client of [author, ben, stalled]) client.close();
  });
});

function upgradeRequest(path: string): string {
  return [
    `GET ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${Buffer.alloc(16, 7).toString('base64')}`,
    '',
    '',
  ].join('\r\n');
}
