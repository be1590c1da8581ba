import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { useGallery } from './open-gallery.ts';

/** The computed style of a part of the panel. */
function look(page: Page, selector: string, property: string): Promise<string> {
  return page
    .locator(selector)
    .last()
    .evaluate((element, name) => getComputedStyle(element).getPropertyValue(name), property);
}

function contrast(page: Page, text: string, ground: string): Promise<number> {
  return page.evaluate(([one = '', other = '']) => window.gallery.contrast(one, other), [text, ground]);
}

function setOnHost(page: Page, name: string, value: string): Promise<void> {
  return page.evaluate(
    ([key = '', to = '']) => document.querySelector<HTMLElement>('natter-chat')?.style.setProperty(key, to),
    [name, value],
  );
}

const MINE = '.me .bubble';
const GREYS_AND_BRANDS = [
  '#000',
  '#fff',
  '#767676',
  '#777',
  '#3b82f6',
  '#facc15',
  '#be123c',
  '#0f766e',
  '#f97316',
  '#22c55e',
  '#8b5cf6',
  '#64748b',
];

describe('theme in a page', () => {
  const open = useGallery();

  it('[THEME-3] a token set on the element or above it restyles at once and wins over the choice', async () => {
    const page = await open({ view: 'busy', theme: { accent: '#ff0000', theme: 'light' } });
    expect(await look(page, MINE, 'background-color')).to.equal('rgb(255, 0, 0)');
    await page.evaluate(() => document.documentElement.style.setProperty('--natter-accent', '#00ff00'));
    expect(await look(page, MINE, 'background-color')).to.equal('rgb(0, 255, 0)');
    await setOnHost(page, '--natter-accent', '#0000ff');
    expect(await look(page, MINE, 'background-color')).to.equal('rgb(0, 0, 255)');
    await setOnHost(page, '--natter-bubble-me-bg', '#123456');
    await setOnHost(page, '--natter-panel-width', '300px');
    expect(await look(page, MINE, 'background-color')).to.equal('rgb(18, 52, 86)');
    expect((await page.getByRole('dialog').boundingBox())?.width).to.equal(300);
  });

  it('[THEME-3] a choice that changes restyles at once', async () => {
    const page = await open({ view: 'busy', theme: { theme: 'light' } });
    await page.evaluate(() =>
      window.gallery.restyle({ theme: 'dark', accent: '#00ff00', radius: 'sharp', density: 'spacious' }),
    );
    expect(await look(page, MINE, 'background-color')).to.equal('rgb(0, 255, 0)');
    expect(await look(page, MINE, 'border-top-left-radius')).to.equal('0px');
    expect(await look(page, '.panel', 'background-color')).to.equal('rgb(22, 24, 29)');
    await page.evaluate(() => window.gallery.restyle({}));
    expect(await look(page, '.panel', 'background-color')).to.equal('rgb(255, 255, 255)');
  });

  it('[THEME-4] text on any accent has a contrast of 4.5:1, in bubbles, on buttons, and as links', async () => {
    const page = await open({ view: 'busy', draft: 'x' });
    for (const scheme of ['light', 'dark']) {
      await page.evaluate((theme) => window.gallery.restyle({ theme }), scheme);
      const ground = await look(page, '.them .bubble', 'background-color');
      for (const accent of GREYS_AND_BRANDS) {
        await setOnHost(page, '--natter-accent', accent);
        for (const part of [MINE, '.send']) {
          const ratio = await contrast(page, await look(page, part, 'color'), accent);
          expect(ratio, `${part} on ${accent}, ${scheme}`).to.be.at.least(4.5);
        }
        const link = await look(page, '.them .bubble a', 'color');
        expect(await contrast(page, link, ground), `link of ${accent}, ${scheme}`).to.be.at.least(4.5);
      }
    }
  });

  it('[THEME-5] a page that shouts !important at everything changes nothing inside', async () => {
    const properties = [
      'color',
      'font-family',
      'letter-spacing',
      'text-transform',
      'line-height',
      'margin-top',
      'width',
      'height',
      'direction',
    ];
    const read = async (css?: string) => {
      const page = await open({ view: 'busy', draft: 'x' }, { css, device: { reducedMotion: 'reduce' } });
      return page.evaluate((names) => {
        const all =
          document.querySelector('natter-chat')?.shadowRoot?.querySelectorAll('.panel *, [part=launcher]') ?? [];
        return [...all].map((element) => {
          const style = getComputedStyle(element);
          const { x, y } = element.getBoundingClientRect();
          return `${element.localName}.${element.getAttribute('class')}: ${names.map((name) => style.getPropertyValue(name)).join(', ')} at ${x}, ${y}`;
        });
      }, properties);
    };
    const calm = await read();
    expect(calm.length).to.be.above(50);
    const loud = await read('hostile');
    expect(loud.filter((line, index) => line !== calm[index])).to.deep.equal([]);
    expect(loud).to.have.length(calm.length);
  });

  it('[THEME-6] auto follows the system while it is shown; light and dark do not', async () => {
    const page = await open({ view: 'busy', theme: { theme: 'auto' } });
    const ground = () => look(page, '.panel', 'background-color');
    expect(await ground()).to.equal('rgb(255, 255, 255)');
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await ground()).to.equal('rgb(22, 24, 29)');
    await page.evaluate(() => window.gallery.restyle({ theme: 'light' }));
    expect(await ground()).to.equal('rgb(255, 255, 255)');
  });
});
