import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { type Certificates, makeCertificates } from '../../support/certificates.ts';
import { launchChromium } from '../../support/chromium.ts';
import { type HostPage, pastedTag, serveHostPage } from '../../support/host-page.ts';
import { type RelayProcess, startRelayProcess } from '../../support/relay-process.ts';
import { Visitor } from '../chat/visitor.ts';

/** Names that are not loopback: without TLS a page there would be no secure context. */
const SITE = 'www.site.test';
const CHAT = 'chat.site.test';

describe('a page and a relay that speak TLS', () => {
  let certificates: Certificates;
  let host: HostPage;
  let relay: RelayProcess;
  let browser: Browser;
  let tag = '';

  before(async () => {
    certificates = makeCertificates();
    host = await serveHostPage(() => tag, {}, certificates);
    const { cert, key } = certificates;
    const origin = new URL(named(host.url, SITE)).origin;
    relay = await startRelayProcess(['--tls-cert', cert, '--tls-key', key, '--origins', origin]);
    tag = pastedTag(named(relay.url, CHAT), 'lobby');
    const rules = `MAP *.site.test 127.0.0.1`;
    browser = await launchChromium({ args: ['--ignore-certificate-errors', `--host-resolver-rules=${rules}`] });
  });

  after(async () => {
    await browser?.close();
    await Promise.all([host?.close(), relay?.stop()]);
    certificates?.remove();
  });

  it('[SEC-5] two visitors of a secure page chat by wss and link; nothing goes by plain http', async () => {
    const sockets: string[] = [];
    const requests: string[] = [];
    const enter = async (name: string) => {
      const page = await (await browser.newContext({ permissions: ['camera', 'microphone'] })).newPage();
      page.on('websocket', (socket) => sockets.push(socket.url()));
      page.on('request', (request) => requests.push(request.url()));
      return Visitor.enterWith(page, named(host.url, SITE), { name });
    };
    const [ada, bob] = [await enter('Ada'), await enter('Bob')];
    await Promise.all([ada.sees('direct'), bob.sees('direct')]);
    expect(await ada.page.evaluate(() => isSecureContext)).to.equal(true);
    await ada.say('in private');
    await bob.page.locator('natter-chat [part~=bubble]', { hasText: 'in private' }).waitFor();
    expect(sockets).to.have.length(2);
    for (const url of sockets) expect(url).to.match(/^wss:\/\/chat\.site\.test:/);
    for (const url of requests) expect(url).to.match(/^https:/);
    expect([...ada.errors, ...bob.errors]).to.deep.equal([]);
  });
});

function named(url: string, name: string): string {
  return url.replace('127.0.0.1', name);
}
