import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { WebSocket } from 'ws';
import manifest from '../../../package.json' with { type: 'json' };
import { runCommand, startRelayProcess } from '../../support/relay-process.ts';
import { joined } from '../relay/replica.ts';

describe('the command line', () => {
  it('[CLI-1] listens without configuration and prints the demo, the health check and the tag', async () => {
    const relay = await startRelayProcess();
    try {
      const tag = `<script async src="${relay.url}/v1/natter.js" data-room="lobby"></script>`;
      expect(relay.output()).to.contain(tag).and.to.contain(`${relay.url}/healthz`).and.to.contain(`${relay.url}/lab`);
      for (const path of ['/healthz', '/readyz', '/', '/lab', '/room', '/v1/natter.js']) {
        expect((await fetch(relay.url + path)).status, path).to.equal(200);
      }
    } finally {
      await relay.stop();
    }
  });

  it('[CLI-1] prints the public address where there is one', async () => {
    const relay = await startRelayProcess(['--public-url', 'https://chat.example.com', '--demo=off']);
    try {
      expect(relay.output()).to.contain('src="https://chat.example.com/v1/natter.js"').and.not.to.contain('/lab');
    } finally {
      await relay.stop();
    }
  });

  it('[CLI-2] a taken port, a bad and an unknown setting are one line and exit code 1', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const port = typeof address === 'object' && address ? String(address.port) : '';
    try {
      const runs = [
        {
          run: await runCommand(['--port', port]),
          line: `natter: port ${port} is taken on 127.0.0.1; choose another with PORT or --port`,
        },
        {
          run: await runCommand(['--port', 'x']),
          line: 'natter: --port must be a whole number from 0 to 65535, not "x"; see natter --help',
        },
        {
          run: await runCommand([], { NATTER_GEUSTS: 'off' }),
          line: 'natter: unknown setting NATTER_GEUSTS; see natter --help',
        },
        {
          run: await runCommand(['--host=192.0.2.1']),
          line: 'natter: 192.0.2.1 is not an address of this machine; see HOST or --host',
        },
      ];
      for (const { run, line } of runs) expect(run).to.deep.equal({ code: 1, stdout: '', stderr: `${line}\n` });
    } finally {
      taken.close();
    }
  });

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`[CLI-3] ${signal} ends it within 5 s with code 0, with a socket and a poll open`, async () => {
      const relay = await startRelayProcess();
      const socket = new WebSocket(`${relay.url.replace('http', 'ws')}/bayeux`);
      await once(socket, 'open');
      const cut = once(socket, 'close');
      const { held } = await openPoll(relay.url);
      const start = performance.now();
      expect(await relay.stop(signal)).to.equal(0);
      expect(performance.now() - start).to.be.below(5_000);
      await cut;
      await held;
    });
  }

  describe('with nothing set', () => {
    let folder: string;

    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'natter-cli-'));
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    /** The key with which a relay that is started there certifies, and what it has logged. */
    const run = async () => {
      const relay = await startRelayProcess([], { NATTER_RELAY_KEY: undefined }, folder);
      try {
        const [client, { relayKey }] = await joined(relay.url, 'lobby');
        client.close();
        return { relayKey, output: relay.output() };
      } finally {
        await relay.stop();
      }
    };

    it('[CERT-9] keeps its secret in .natter where it is started, so that a restart changes nothing', async () => {
      const [first, again] = [await run(), await run()];
      expect(again.relayKey).to.equal(first.relayKey);
      expect(first.output).to.not.contain('NATTER_RELAY_KEY');
    });

    it('[CERT-9] runs also where it can write nothing, and says that its key ends with it', async () => {
      writeFileSync(join(folder, '.natter'), 'no folder');
      const [first, again] = [await run(), await run()];
      expect(again.relayKey).to.not.equal(first.relayKey);
      expect(first.output).to.contain('NATTER_RELAY_KEY');
    });
  });

  it('[CLI-4] --help and --version print and exit with code 0', async () => {
    const help = await runCommand(['--help']);
    expect(help.code).to.equal(0);
    expect(help.stdout).to.contain('--history-age').and.to.contain('NATTER_HISTORY_AGE');
    const version = await runCommand(['--version']);
    expect(version).to.deep.equal({ code: 0, stdout: `${manifest.version}\n`, stderr: '' });
  });
});

/** A long poll that the relay holds; `held` settles when it ends. */
async function openPoll(url: string): Promise<{ readonly held: Promise<unknown> }> {
  const post = async (message: object): Promise<unknown> => {
    const response = await fetch(`${url}/bayeux`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([message]),
    });
    return response.json();
  };
  const hello = { channel: '/meta/handshake', version: '1.0', supportedConnectionTypes: ['long-polling'] };
  const answer = JSON.stringify(await post(hello));
  const [, clientId] = /"clientId":"(\w+)"/.exec(answer) ?? [];
  const connect = { channel: '/meta/connect', clientId, connectionType: 'long-polling' };
  await post({ ...connect, advice: { timeout: 0 } });
  return { held: post(connect).catch(() => undefined) };
}
