import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { handshakeMessage, post, RawClient } from '../integration/relay/bayeux-client.ts';
import { joined, Replica } from '../integration/relay/replica.ts';
import { within } from '../support/eventually.ts';
import type { Measured } from './measured-relay.ts';
import { request, upgrade } from './raw-http.ts';

const MIB = 1024 * 1024;

describe('attacks on memory and the event loop', () => {
  let child: ChildProcess;
  let port = 0;
  const sockets: Socket[] = [];

  beforeEach(async () => {
    const path = fileURLToPath(new URL('./measured-relay.ts', import.meta.url));
    child = fork(path, { execArgv: ['--import=tsx', '--expose-gc'] });
    [port] = await within(once(child, 'message'), 10_000, 'the port of the relay');
  });

  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
    child.disconnect();
  });

  const ask = async (command: 'start' | 'stop') => {
    const answer = once(child, 'message');
    child.send(command);
    return (await within(answer, 10_000, `an answer to ${command}`))[0] as Measured;
  };
  /** Writes until all is written or the other side has hung up. */
  const flood = (head: string | Buffer, chunk: Buffer, times: number) =>
    new Promise<void>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(head));
      sockets.push(socket);
      let written = 0;
      const write = () => {
        while (written < times) {
          written += 1;
          if (!socket.write(chunk)) return;
        }
        resolve();
      };
      socket
        .on('connect', write)
        .on('drain', write)
        .on('error', () => resolve())
        .on('close', () => resolve());
      socket.resume();
    });

  it('[GATE-14] row 12: 32 MB in bodies and frames, ten at a time: under 10 MB are ever held', async () => {
    await ask('start');
    const chunk = Buffer.alloc(64 * 1024, 0x20);
    const body = request('POST /bayeux HTTP/1.1', {
      'Content-Type': 'application/json',
      'Content-Length': String(32 * MIB),
    });
    const chunked = body.replace(/Content-Length: \d+/, 'Transfer-Encoding: chunked');
    const piece = Buffer.concat([Buffer.from('10000\r\n'), chunk, Buffer.from('\r\n')]);
    const frame = Buffer.alloc(14);
    frame.set([0x81, 0xff]);
    frame.writeBigUInt64BE(BigInt(32 * MIB), 2);
    const opened = Buffer.concat([Buffer.from(upgrade('GET /bayeux HTTP/1.1')), frame]);
    const floods = Array.from({ length: 10 }, () => [
      flood(body, chunk, 512),
      flood(chunked, piece, 512),
      flood(opened, chunk, 512),
    ]);
    await within(Promise.all(floods.flat()), 15_000, 'the floods');
    const { heldBytes } = await ask('stop');
    expect(heldBytes).to.be.lessThan(10 * MIB);
    expect((await post(`http://127.0.0.1:${port}`, [handshakeMessage()])).status).to.equal(200);
  });

  it('[GATE-8] [GATE-12] row 14: 20,000 handshakes, 50,000 subscriptions: no turn of the loop takes 100 ms', async () => {
    const url = `http://127.0.0.1:${port}`;
    const client = await RawClient.connect(url);
    await ask('start');
    const many = JSON.stringify(Array.from({ length: 20_000 }, () => handshakeMessage()));
    await post(url, many).catch(() => undefined); // its sender may meet the closed connection first
    const subscription = Array.from({ length: 4_000 }, (_, n) => `/rooms/r${n}`);
    for (let times = 0; times < 13; times += 1) {
      expect((await client.subscribe(subscription)).error).to.match(/^429::/);
      expect((await client.call({ channel: '/meta/unsubscribe', subscription })).error).to.match(/^429::/);
    }
    client.send(`[${'{},'.repeat(20_000)}{}]`);
    client.send(
      JSON.stringify(
        Array.from({ length: 32 }, () => ({
          channel: '/meta/subscribe',
          clientId: client.clientId,
          subscription: '/rooms/x',
        })),
      ),
    );
    await client.subscribe('/rooms/y');
    const { turnMs } = await ask('stop');
    expect(turnMs).to.be.lessThan(100);
    client.close();
  });

  it('[SIG-1] row 15: a flood of forged entries, a new key for each: refused, and no turn of the loop takes 100 ms', async () => {
    const [client] = await joined(`http://127.0.0.1:${port}`, 'lobby');
    const forged = Array.from({ length: 480 }, () => {
      const author = new Replica().certified('lobby');
      const entry = { ...author.entry('lobby', 'x'.repeat(500)), sig: 'A'.repeat(86) };
      return { v: 1, entry };
    });
    await ask('start');
    const { clientId } = client;
    for (let from = 0; from < forged.length; from += 32) {
      const batch = forged.slice(from, from + 32).map((payload, n) => ({
        ...{ channel: '/rooms/lobby', clientId, id: `f${from + n}`, data: payload },
      }));
      client.send(batch);
    }
    const refused = () => client.frames.join('').split('"bad_signature"').length - 1;
    await client.until(() => refused() === forged.length, 10_000, 'the refusals');
    const { turnMs } = await ask('stop');
    expect(turnMs).to.be.lessThan(100);
    client.close();
  });
});
