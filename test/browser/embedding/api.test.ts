import { expect } from 'chai';
import { eventually } from '../../support/eventually.ts';
import { enter, type PageWindow, Site } from './site.ts';

const EARLY = `<script>
  window.Natter = window.Natter || function () { (Natter.q = Natter.q || []).push(arguments); };
  heard = [];
  Natter('on', 'ready', function () { heard.push('ready'); });
  Natter('on', 'open', function () { heard.push('open'); });
  Natter('setUser', { name: 'Early Ada' });
  Natter('open');
  Natter('hide');
  Natter('show');
</script>`;

describe('the API of a page', () => {
  let site: Site;

  before(async () => {
    site = await Site.open();
  });

  after(() => site?.close());

  it('[EMB-5] plays the calls made before the script came, in their order', async () => {
    const { page, errors } = await site.visit(EARLY + site.tag());
    await page.getByLabel('Message', { exact: true }).waitFor();
    expect(await page.evaluate(() => (globalThis as PageWindow).heard)).to.deep.equal(['ready', 'open']);
    await page.getByText('1 online').waitFor();
    expect(errors).to.deep.equal([]);
  });

  it('[EMB-5] takes each call as a method and as an argument, and hides and shows', async () => {
    const { page, launcher } = await site.visit(site.tag());
    await launcher.waitFor();
    const seen = await page.evaluate(() => {
      const { Natter } = globalThis as PageWindow;
      const chat = document.querySelector('natter-chat');
      Natter('hide');
      const hidden = [chat?.hidden];
      Natter.show();
      return [...hidden, chat?.hidden, Natter.unread(), Natter('unread')];
    });
    expect(seen).to.deep.equal([true, false, 0, 0]);
    await page.evaluate(() => (globalThis as PageWindow).Natter('toggle'));
    await page.getByLabel('Your name').waitFor();
    await page.evaluate(() => (globalThis as PageWindow).Natter.toggle());
    await page.getByLabel('Your name').waitFor({ state: 'detached' });
  });

  it('[EMB-10] tells events to on(), once() and as DOM events that bubble out of the shadow root', async () => {
    const { page, launcher } = await site.visit(site.tag('', 'events'));
    await launcher.waitFor();
    await page.evaluate(() => {
      const { Natter } = globalThis as PageWindow;
      const heard: string[] = [];
      Object.assign(globalThis, { heard });
      const open = () => heard.push('on open');
      Natter.on('open', open);
      Natter.once('open', () => heard.push('once open'));
      document.addEventListener('natter:open', () => heard.push('dom open'));
      document.addEventListener('natter:close', () => Natter.off('open', open));
      for (const name of ['message:sent', 'message:status', 'presence', 'connection', 'traffic'] as const) {
        Natter.once(name, () => heard.push(name));
      }
      Natter.setUser({ name: 'Ada' });
      Natter.open();
      Natter.send('Hello');
    });
    await eventually(async () => {
      const heard = await page.evaluate(() => (globalThis as PageWindow).heard);
      expect(heard).to.include.members(['message:sent', 'message:status', 'presence', 'connection', 'traffic']);
      expect(heard.filter((line) => line.endsWith('open'))).to.deep.equal(['on open', 'once open', 'dom open']);
    }, 10_000);
    await page.evaluate(() => {
      const { Natter } = globalThis as PageWindow;
      Natter.close();
      Natter.open();
    });
    await eventually(async () => {
      const heard = await page.evaluate(() => (globalThis as PageWindow).heard);
      expect(heard.filter((line) => line.endsWith('open')).slice(3)).to.deep.equal(['dom open']);
    });
  });

  it('[EMB-10] lets the page change a message or keep it back before it is sent', async () => {
    const { page, launcher } = await site.visit(site.tag('', 'before'));
    await launcher.click();
    const field = await enter(page, 'Ada');
    await page.evaluate(() => {
      (globalThis as PageWindow).Natter.on('beforesend', (event) => {
        if (event.detail.text.includes('secret')) event.preventDefault();
        event.detail.text = event.detail.text.toUpperCase();
      });
    });
    for (const text of ['a secret', 'hello']) {
      await field.fill(text);
      await field.press('Enter');
    }
    await page.locator('natter-chat [part~=bubble]', { hasText: 'HELLO' }).waitFor();
    expect(await page.locator('natter-chat [part~=bubble]').count()).to.equal(1);
  });

  it('[EMB-13] mounts from the module that the relay serves, which can also be imported without a DOM', async () => {
    const module = `${site.relay.url}/v${await versionOf(site)}/widget.js`;
    const { page, errors } = await site.visit(`<div id="here" style="height:500px"></div><script type="module">
      import { mount } from ${JSON.stringify(module)};
      window.chat = mount({ room: 'esm', mode: 'inline', target: document.querySelector('#here') });
    </script>`);
    await page.getByLabel('Your name').waitFor();
    expect(await page.locator('#here > natter-chat[room=esm]').count()).to.equal(1);
    expect(errors).to.deep.equal([]);
    const { mount } = await import(`${process.cwd()}/dist/widget.js`);
    expect(mount).to.be.a('function');
  });
});

async function versionOf(site: Site): Promise<string> {
  const loader = await (await fetch(`${site.relay.url}/v1/natter.js`)).text();
  return /\/v(\d+\.\d+\.\d+)\//.exec(loader)?.[1] ?? '';
}
