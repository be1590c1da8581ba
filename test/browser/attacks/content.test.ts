import { expect } from 'chai';
import { RawClient } from '../../integration/relay/bayeux-client.ts';
import { joined, publishEntry } from '../../integration/relay/replica.ts';
import { eventually } from '../../support/eventually.ts';
import { enter, type PageWindow, Site, type Visit } from '../embedding/site.ts';

/** Marks that a page can see when something of it has run, loaded or become an element. */
const MARKUP = [
  '<img src=x onerror="fired=1">',
  '<script>fired=1</script>',
  '"><svg onload=fired=1>',
  '</style><style>*{display:none!important}</style>',
  '<iframe src="https://evil.example/"></iframe>',
  '<a href="javascript:fired=1">x</a>',
  '{{constructor.constructor("fired=1")()}}',
  '&lt;img src=x onerror=fired=1&gt;',
  '<natter-chat room="other"></natter-chat>',
  '<slot name="header"></slot><template shadowrootmode="open">x</template>',
];
const LINKS = [
  ...['javascript:fired=1', 'JaVaScRiPt:fired=1//https://x', 'data:text/html,<script>fired=1</script>', 'vbscript:x'],
  ...[
    'file:///etc/passwd',
    'blob:https://x/1',
    'https:javascript:fired=1',
    'java\tscript:fired=1',
    'ftp://x',
    'about:blank',
  ],
];
const BIDI = ['user\u202egnp.exe', '\u2066\u2067nested\u2069', '\u200e\u200fmarks', 'Ada\u202e (admin)'];

describe('attacks by what others write', () => {
  let site: Site;

  before(async () => {
    site = await Site.open();
  });

  after(() => site?.close());

  const policy = () =>
    [
      `default-src 'none'; script-src ${site.relay.url}; connect-src ${site.relay.url} ${site.relay.url.replace('http', 'ws')}`,
      "require-trusted-types-for 'script'; trusted-types 'none'",
    ].join('; ');
  const visit = (attributes: string, room: string) => {
    const tag = site.tag(attributes, room);
    return site.visit(`<main>the page</main>${tag}`, { 'content-security-policy': policy() }, () => {
      Object.assign(globalThis, { heard: [] });
      document.addEventListener('securitypolicyviolation', ({ violatedDirective, sample }) =>
        (globalThis as PageWindow).heard.push(`${violatedDirective} ${sample}`),
      );
    });
  };
  const expectUnhurt = async ({ page, errors, requests }: Visit) => {
    expect(await page.evaluate(() => Reflect.get(globalThis, 'fired'))).to.equal(undefined);
    expect(await page.evaluate(() => (globalThis as PageWindow).heard)).to.deep.equal([]);
    expect(errors).to.deep.equal([]);
    expect(requests.filter((url) => !url.includes(new URL(site.relay.url).host))).to.deep.equal([]);
    expect(await page.locator('natter-chat').count()).to.equal(1);
    const elements = await page.evaluate(() => {
      const root = document.querySelector('natter-chat')?.shadowRoot;
      return [...(root?.querySelectorAll('*') ?? [])].map(({ localName }) => localName);
    });
    expect(elements).not.to.include.members(['img']).and.not.to.include.members(['script']);
    for (const name of ['img', 'script', 'iframe', 'style', 'template', 'object', 'natter-chat']) {
      expect(elements, name).not.to.include(name);
    }
  };

  it('[SEC-12] row 19: texts and names of others are text, to the letter; links are https, http and mailto alone', async () => {
    const here = await visit('', 'texts');
    const { page } = here;
    await here.launcher.click();
    await enter(page, 'Ada');
    const [client, , replica] = await joined(site.relay.url, 'texts');
    const texts = [...MARKUP, ...LINKS, ...BIDI, 'https://good.example/ok', 'mailto:a@b.example'];
    for (const text of texts) {
      expect((await publishEntry(client, 'texts', replica.entry('texts', text))).successful, text).to.equal(true);
    }
    for (const name of [...MARKUP.map((text) => text.slice(0, 60)), ...BIDI]) {
      const plain = await RawClient.connect(site.relay.url);
      await plain.subscribe('/rooms/texts', { name });
      await plain.publish('/rooms/texts', { text: 'by somebody odd' });
      plain.close();
    }
    const bubbles = page.locator('natter-chat .message .text');
    await page.locator('natter-chat .message .text', { hasText: 'mailto:a@b.example' }).waitFor();
    await page
      .locator('natter-chat .message', { hasText: 'by somebody odd' })
      .nth(MARKUP.length + BIDI.length - 1)
      .waitFor();
    const shown = (await bubbles.allTextContents()).map((text) => text.trim());
    for (const text of texts) expect(shown, text).to.include(text);
    const hrefs = await page
      .locator('natter-chat .text a')
      .evaluateAll((links) => links.map((link) => link.getAttribute('href')));
    for (const href of hrefs) expect(href).to.match(/^(?:https?:\/\/|mailto:)/);
    expect(hrefs).to.include('https://good.example/ok').and.to.include('mailto:a@b.example');
    const rel = await page.locator('natter-chat .text a').first().getAttribute('rel');
    expect(rel).to.include('noopener').and.to.include('noreferrer');
    const names = await page.locator('natter-chat .message bdi').allTextContents();
    expect(names.join('')).not.to.match(/[\p{Bidi_Control}\p{Cc}]/u);
    expect(names.join('')).to.include('<script>');
    await expectUnhurt(here);
    client.close();
  });

  it('[SEC-12] row 19: a room’s name, a title, one’s own name and what a page sends are text too', async () => {
    const [room = '', title = ''] = MARKUP;
    const quoted = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
    const here = await visit(`data-title="${quoted(title)}"`, quoted(room));
    const { page } = here;
    await here.launcher.click();
    await enter(page, '<b onclick=fired=1>Ada');
    await page.evaluate((all) => {
      const { Natter } = globalThis as PageWindow;
      for (const text of all) Natter.send(text);
      Natter.setUser({ name: all[0] ?? '' });
      Natter.setRoom(all[2] ?? '');
    }, MARKUP);
    await page.getByRole('dialog').waitFor();
    expect(await page.locator('natter-chat [part~=header]').textContent()).to.include(title);
    await expectUnhurt(here);
  });

  it('[SEC-13] row 20: what is no value of its property’s kind is not taken, whoever gives it; nothing is fetched', async () => {
    const evil = [
      'url(https://evil.example/x.png)',
      'var(--x, url(https://evil.example/x.png))',
      'red;background:url(https://evil.example/x)',
      'red}*{background:url(https://evil.example/x)}',
      '@import "https://evil.example/x.css"',
      '\\75rl(https://evil.example/x)',
      'image-set("https://evil.example/x" 1x)',
      'attr(data-x)',
      'env(x, url(https://evil.example/x))',
      'Georgia, url(https://evil.example/x)',
      '"a"; src: url(https://evil.example/x)',
      '</style><img src=https://evil.example/x>',
      'expression(fired=1)',
      '-moz-binding:url(https://evil.example/x)',
      'color-mix(in srgb, red, url(https://evil.example/x))',
    ];
    const here = await visit('', 'themes');
    await here.launcher.click();
    await enter(here.page, 'Ada');
    const fine = await here.page.evaluate(style);
    for (const value of evil) {
      await here.page.evaluate((bad) => {
        const chat = document.querySelector('natter-chat');
        const names = ['theme', 'accent', 'radius', 'density', 'font', 'position', 'mode', 'lang', 'p2p', 'data-title'];
        for (const name of names) if (name !== 'mode') chat?.setAttribute(name, bad);
        const { Natter } = globalThis as PageWindow;
        Natter.setTheme(bad);
        Natter.setTheme({ accent: bad, font: bad, radius: bad, density: bad, theme: bad } as never);
        Natter.setTheme({
          accent: [bad],
          font: { toString: () => bad },
          radius: 7,
          __proto__: { theme: bad },
        } as never);
      }, value);
      // A panel that is built anew for its settings is seen without a look for a moment.
      await eventually(async () => expect(await here.page.evaluate(style), value).to.deep.equal(fine));
    }
    await expectUnhurt(here);
    for (const name of [
      'theme',
      'accent',
      'font',
      'radius',
      'density',
      'position',
      'lang',
      'p2p',
      'mode',
      'profile',
      'title',
    ]) {
      const [, value = ''] = evil;
      const other = await visit(`data-${name}="${value}"`, 'themes');
      await other.launcher.waitFor();
      await other.launcher.click();
      await expectUnhurt(other);
      await other.page.context().close();
    }
  });
});

/** What a visitor sees of a theme: of the host, the launcher and the panel. */
function style(): readonly string[] {
  const chat = document.querySelector('natter-chat');
  const parts = ['launcher', 'panel', 'header'].map((part) => chat?.shadowRoot?.querySelector(`[part~=${part}]`));
  const seen = [chat, ...parts];
  return seen.flatMap((element) => {
    if (!element) return [];
    const { backgroundImage, backgroundColor, color, fontFamily, borderRadius, content } = getComputedStyle(element);
    return [backgroundImage, backgroundColor, color, fontFamily, borderRadius, content];
  });
}
