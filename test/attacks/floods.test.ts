import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { NO_LIMITS } from '../../server/settings-limits.ts';
import {
  at,
  handshakeMessage,
  metric,
  RawClient,
  type RunningRelay,
  startRelay,
} from '../integration/relay/bayeux-client.ts';
import { join, joined, publishEntry } from '../integration/relay/replica.ts';
import { eventually, within } from '../support/eventually.ts';
import type { Measured } from './measured-relay.ts';
import { upgrade } from './raw-http.ts';

describe('floods', () => {
  let child: ChildProcess;
  let url = '';
  const clients: RawClient[] = [];

  beforeEach(async () => {
    const path = fileURLToPath(new URL('./measured-relay.ts', import.meta.url));
    child = fork(path, { execArgv: ['--import=tsx', '--expose-gc'] });
    const [port] = await within(once(child, 'message'), 10_000, 'the port of the relay');
    url = `http://127.0.0.1:${port}`;
  });

  afterEach(() => {
    for (const client of clients.splice(0)) client.ws.terminate();
    child.disconnect();
  });

  const ask = async (command: 'start' | 'stop') => {
    const answer = once(child, 'message');
    child.send(command);
    return (await within(answer, 10_000, `an answer to ${command}`))[0] as Measured;
  };
  const enter = async (room: string) => {
    const client = await RawClient.connect(url);
    clients.push(client);
    await client.subscribe(`/rooms/${room}`);
    return client;
  };

  /** Somebody who is not on this machine. */
  const enterFrom = async (address: string, room: string) => {
    const client = await RawClient.open(url, { 'X-Forwarded-For': address, Origin: 'http://localhost:3000' });
    clients.push(client);
    await client.handshake();
    await client.subscribe(`/rooms/${room}`);
    return client;
  };

  /** Sends batches as fast as the relay takes them off the wire, until it is stopped. */
  const flood = (client: RawClient, message: (n: number) => object) => {
    let sent = 0;
    let stopped = false;
    const more = () => {
      if (stopped || client.ws.readyState !== client.ws.OPEN) return;
      const batch = Array.from({ length: 32 }, (_, n) => ({
        clientId: client.clientId,
        id: `f${sent + n}`,
        ...message(sent + n),
      }));
      sent += 32;
      client.ws.send(JSON.stringify(batch), more);
    };
    more();
    return () => {
      stopped = true;
    };
  };

  /** Ms from saying something to its acknowledgement, one after another, in order of length. */
  const roundTrips = async (client: RawClient, room: string, count: number) => {
    const times: number[] = [];
    for (let n = 0; n < count; n += 1) {
      const said = performance.now();
      expect((await client.publish(`/rooms/${room}`, { text: `${n}` })).successful).to.equal(true);
      times.push(performance.now() - said);
    }
    return times.sort((a, b) => a - b);
  };

  it('[LIM-1] [LIM-12] row 15: floods of messages, signals, joins and handshakes: 429, and another room hardly notices', async function () {
    this.timeout(60_000);
    const quiet = await enter('quiet');
    const before = await roundTrips(quiet, 'quiet', 200);
    const kinds = [
      () => ({ channel: '/rooms/loud', data: { text: 'flood' } }),
      () => ({ channel: '/rooms/loud/presence', data: { v: 1, kind: 'typing', on: true } }),
      (n: number) => ({ channel: '/meta/subscribe', subscription: `/rooms/r${n % 40}` }),
      () => handshakeMessage(),
    ];
    const attackers = async (net: string) =>
      Promise.all(
        kinds
          .flatMap((kind) => [kind, kind])
          .map(async (kind, n) => {
            const attacker = await enterFrom(`203.0.${net}.${n}`, 'loud');
            return { attacker, kind, told: deafen(attacker) };
          }),
      );
    const first = await attackers('113');
    const stops = first.map(({ attacker, kind }) => flood(attacker, kind));
    const during = await roundTrips(quiet, 'quiet', 200);
    const second = await attackers('114');
    await ask('start'); // from here on it collects its garbage all the time, and takes longer for everything
    stops.push(...second.map(({ attacker, kind }) => flood(attacker, kind)));
    await roundTrips(quiet, 'quiet', 20);
    const { turnMs } = await ask('stop');
    await eventually(() => expect([...first, ...second].every(({ told }) => told.tooFast)).to.equal(true));
    for (const stop of stops) stop();
    expect(turnMs).to.be.lessThan(100);
    const p99 = (times: readonly number[]) => times[Math.floor(times.length * 0.99) - 1] ?? Number.NaN;
    expect(p99(during)).to.be.lessThan(p99(before) + 100);
  });
});

/** Reads of what a client is told only whether it is too fast: parsing it would take the time of those who are measured. */
function deafen({ ws }: RawClient): { readonly tooFast: boolean } {
  const told = { tooFast: false };
  ws.removeAllListeners('message');
  ws.on('message', (frame: Buffer) => {
    told.tooFast ||= frame.includes('"too_fast"');
  });
  return told;
}

describe('clients that hold the relay up', () => {
  let running: RunningRelay;
  const sockets: Socket[] = [];

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await running.relay.close();
  });

  it('[GATE-15] [WIRE-12] row 16: of 300 slow heads, slow bodies and silent upgrades held open 95% are closed within 15 s', async function () {
    this.timeout(30_000);
    running = await startRelay();
    const head = 'POST /bayeux HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
    const kinds = [head, `${head}Content-Length: 1000\r\n\r\n[`, upgrade('GET /bayeux HTTP/1.1')];
    let closed = 0;
    const opened = Array.from({ length: 300 }, async (_, n) => {
      const socket = connect(running.port, '127.0.0.1');
      sockets.push(socket);
      socket.on('error', () => undefined).resume();
      socket.once('close', () => {
        closed += 1;
      });
      await once(socket, 'connect');
      socket.write(kinds[n % kinds.length] ?? '');
      return { socket, drip: n % kinds.length < 2 };
    });
    const held = await Promise.all(opened);
    const started = performance.now();
    // A byte now and then, as a slow sender has it: what counts is the whole.
    const dripping = setInterval(() => {
      for (const { socket, drip } of held) if (drip && socket.writable) socket.write('x');
    }, 500);
    const client = await RawClient.connect(running.url);
    expect((await client.subscribe('/rooms/lobby')).successful).to.equal(true);
    try {
      await eventually(() => expect(closed).to.be.at.least(285), 15_500);
    } finally {
      clearInterval(dripping);
    }
    expect(performance.now() - started).to.be.lessThan(15_000);
    expect((await client.publish('/rooms/lobby', { text: 'still here' })).successful).to.equal(true);
    client.close();
  });

  it('[OPS-7] [LOG-3] row 17: a reader that stops is cut under 1 MiB of queue, and gets what it missed from the log', async function () {
    this.timeout(30_000);
    running = await startRelay({ ...NO_LIMITS, history: 10_000, historyBytes: 256 * 1024 * 1024 });
    const [author, , pen] = await joined(running.url, 'lobby');
    const [stalled, , replica] = await joined(running.url, 'lobby');
    const first = pen.entry('lobby', 'the last one that it read');
    const { ext } = await publishEntry(author, 'lobby', first);
    await stalled.on('/rooms/lobby', 1);
    const cursor = { epoch: at(ext, 'natter', 'epoch'), offset: at(ext, 'natter', 'offset'), id: first.id };
    const raw = at({ socket: Reflect.get(stalled.ws, '_socket') }, 'socket');
    (raw as Socket).pause();
    let said = 0;
    while ((await metric(running.url, 'natter_readers_cut_total')) === 0 && said < 4_000) {
      const entries = Array.from({ length: 50 }, () => pen.entry('lobby', 'x'.repeat(7_000)));
      await Promise.all(entries.map((entry) => publishEntry(author, 'lobby', entry)));
      said += 50;
      expect(await metric(running.url, 'natter_queue_bytes')).to.be.lessThan(2.5 * 1024 * 1024);
    }
    expect(await metric(running.url, 'natter_readers_cut_total')).to.equal(1);
    await author.on('/rooms/lobby', said + 1);
    const back = await RawClient.connect(running.url, {});
    const reply = await join(back, replica, 'lobby', { cursor });
    expect(reply.recovered).to.equal(true);
    const own = `/rooms/lobby/replicas/${replica.id}`;
    await back.subscribe(own);
    const offsets = reply.entries.map(({ offset = 0 }) => offset);
    for (let pages = 1; offsets.length < said; pages += 1) {
      await back.publish(own, { v: 1, kind: 'fetch', after: offsets.at(-1) });
      const page = (await back.on(own, pages))[pages - 1];
      offsets.push(...(at(page, 'entries') as readonly object[]).map((frame) => Number(at(frame, 'offset'))));
    }
    expect(offsets).to.deep.equal(Array.from({ length: said }, (_, n) => n + 2));
    for (const client of [author, back]) client.close();
    stalled.ws.terminate();
  });
});
