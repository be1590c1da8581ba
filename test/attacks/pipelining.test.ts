import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { handshakeMessage } from '../integration/relay/bayeux-client.ts';
import { within } from '../support/eventually.ts';
import type { Measured } from './measured-relay.ts';
import { exchange, request, upgrade } from './raw-http.ts';

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
const handshake = request(
  'POST /bayeux HTTP/1.1',
  { 'Content-Type': 'application/json', Connection: 'keep-alive' },
  JSON.stringify([handshakeMessage()]),
);

describe('attacks by many requests at once', () => {
  let child: ChildProcess;
  let port = 0;

  before(async () => {
    const path = fileURLToPath(new URL('./measured-relay.ts', import.meta.url));
    child = fork(path, { execArgv: ['--import=tsx', '--expose-gc'] });
    [port] = await within(once(child, 'message'), 10_000, 'the port of the relay');
  });

  after(() => child.disconnect());

  const ask = async (command: 'start' | 'stop') => {
    const answer = once(child, 'message');
    child.send(command);
    return (await within(answer, 10_000, `an answer to ${command}`))[0] as Measured;
  };
  /** Writes all at once and waits until the other side hangs up. */
  const pour = (bytes: string | Buffer) =>
    new Promise<void>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
      socket.on('error', () => undefined).on('close', () => resolve());
      socket.resume();
    });

  it('[SEC-15] row 14: 3,000 requests in one write are hung up on, and no turn of the loop takes 100 ms', async () => {
    await ask('start');
    for (const one of [get('/nothing'), get('//'), get('/v1/natter.js'), get('/'), get('/metrics'), handshake]) {
      await within(pour(one.repeat(3_000)), 5_000, 'the end of the connection');
    }
    const { turnMs } = await ask('stop');
    expect(turnMs).to.be.lessThan(100);
  });

  it('[SEC-15] row 14: 20,000 tiny frames in one write end their socket, and no turn of the loop takes 100 ms', async () => {
    await ask('start');
    for (const text of ['7', '[]', '{}', '[{}]', '"']) {
      const frame = Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);
      const frames = Array.from({ length: 20_000 }, () => frame);
      await within(pour(Buffer.concat([Buffer.from(upgrade('GET /bayeux HTTP/1.1')), ...frames])), 5_000, 'the end');
    }
    const { turnMs } = await ask('stop');
    expect(turnMs).to.be.lessThan(100);
  });

  it('[SEC-15] a few at once are answered in their order', async () => {
    const answers = await exchange(port, `${get('/healthz').repeat(8)}${request('GET /readyz HTTP/1.1')}`);
    expect(answers.match(/HTTP\/1\.1 200/g)).to.have.length(9);
    expect(answers.trimEnd()).to.match(/"ready"\}$/);
  });
});
