import { spawn } from 'node:child_process';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { FIREFOX, launchFirefox } from '../../support/firefox.ts';
import { inside } from './command.ts';
import { executableInside } from './executable.ts';
import type { OpenTab } from './tab.ts';

const STEP_MS = 20_000;

export const openFirefox: OpenTab = async ({ namespace, trusted, script }) => {
  const executable = executableInside(namespace, FIREFOX);
  const tunnel = await openTunnel(namespace);
  const browser = await launchFirefox({
    executablePath: executable.path,
    debuggingPort: (tunnel.address() as AddressInfo).port,
    extraPrefsFirefox: { 'dom.securecontext.allowlist': new URL(trusted).hostname },
  });
  const page = await browser.newPage({ type: 'window' });
  page.setDefaultTimeout(STEP_MS);
  await page.evaluateOnNewDocument(script);
  const find = async (selector: string) => {
    const found = await page.waitForSelector(`natter-chat >>> ${selector}`, { visible: true });
    if (!found) throw new Error(`${selector} is not there`);
    return found;
  };
  return {
    async enter(url, name) {
      await page.goto(url);
      await (await find('button[aria-label="Open chat"]')).click();
      await (await find('input[autocomplete=nickname]')).type(name);
      await page.keyboard.press('Enter');
      await find('textarea[aria-label=Message]');
    },
    evaluate: (expression) => page.evaluate(expression),
    async close() {
      await browser.close();
      tunnel.close();
      executable.remove();
    },
  };
};

/** Firefox is driven over TCP: a port of this machine that leads to the same port of the namespace's loopback. */
function openTunnel(namespace: string): Promise<Server> {
  const server = createServer((socket) => {
    const { port } = server.address() as AddressInfo;
    join(socket, namespace, port);
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

function join(socket: Socket, namespace: string, port: number): void {
  const pipe = `const s = require('net').connect(${port}, '127.0.0.1'); process.stdin.pipe(s).pipe(process.stdout); s.on('error', () => process.exit())`;
  const [command = '', ...args] = inside(namespace, process.execPath, '-e', pipe);
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  socket.pipe(child.stdin);
  child.stdout.pipe(socket);
  for (const stream of [socket, child.stdin, child.stdout]) stream.on('error', () => child.kill());
  child.on('exit', () => socket.destroy());
}
