import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { actionsCss } from '../../../widget/theme/actions-css.ts';
import { extrasCss } from '../../../widget/theme/extras-css.ts';
import { panelCss } from '../../../widget/theme/sheet.ts';
import { parseTheme, themeCss } from '../../../widget/theme/theme.ts';
import { BASE_TOKENS, DERIVED_TOKENS } from '../../../widget/theme/tokens.ts';
import { isColour, isFontList } from '../../../widget/theme/values.ts';

const TOKENS = { ...BASE_TOKENS, ...DERIVED_TOKENS };

describe('theme', () => {
  it('[THEME-1] choices are read by name; what can not be read is left at its default', () => {
    expect(parseTheme({})).to.deep.equal({ preset: 'auto' });
    expect(
      parseTheme({ theme: 'no such', accent: 'url(x)', radius: 'huge', density: '4px', font: 'a;b' }),
    ).to.deep.equal({
      preset: 'auto',
    });
    const all = {
      theme: 'dark',
      accent: '#4f46e5',
      radius: 'soft',
      density: 'compact',
      font: 'Inter, "Segoe UI", serif',
    };
    const { theme, ...rest } = all;
    expect(parseTheme(all)).to.deep.equal({ preset: theme, ...rest });
    expect(parseTheme({ theme: 'toString', radius: '__proto__', density: 'constructor' })).to.deep.equal({
      preset: 'auto',
    });
  });

  it('[THEME-2] a colour is hex, a name or one function of numbers', () => {
    const colours = [
      '#fff',
      '#4f46e5',
      '#4f46e580',
      'tomato',
      'rgb(1 2 3 / 50%)',
      'hsl(120deg, 20%, 30%)',
      'oklch(.6 .2 264)',
    ];
    for (const value of colours) expect(isColour(value), value).to.equal(true);
  });

  it('[THEME-2] nothing that refers, nests, fetches or ends the declaration is a colour or a font', () => {
    const attacks = [
      'url(https://evil.example/x)',
      'var(--x)',
      'env(x)',
      'image-set("x")',
      'rgb(var(--x))',
      'color-mix(in srgb, red, url(x))',
      'red;background:url(x)',
      'red}*{color:blue',
      'red/**/',
      '\\75rl(x)',
      'inherit',
      'currentColor',
      'transparent',
      '@import "x"',
      'expression(alert(1))',
      '',
    ];
    for (const value of attacks) expect(isColour(value), value).to.equal(false);
    for (const value of attacks.filter((text) => /[(;}@/\\]/.test(text)))
      expect(isFontList(value), value).to.equal(false);
  });

  it('[THEME-1] a choice comes to one rule that pages can override', () => {
    const css = themeCss({ preset: 'dark', accent: '#0f0', radius: 'sharp' });
    expect(css).to.equal(':host{--_scheme:dark;--_pick-accent:#0f0;--_pick-radius:0px;}');
  });

  it('[THEME-7] the rules read tokens that exist, and docs/theming.md names every one', () => {
    const css = panelCss + extrasCss + actionsCss;
    const own = new Set([...css.matchAll(/(--_[\w-]+):/g)].map(([, name]) => name));
    const theme = ['--_scheme', ...Object.keys(TOKENS).flatMap((name) => [`--_pick-${name}`])];
    for (const name of theme) own.add(name);
    const read = [...css.matchAll(/var\((--_[\w-]+)/g)].map(([, name]) => name);
    expect(read.filter((name) => !own.has(name))).to.deep.equal([]);

    const documented = [...readFileSync('docs/theming.md', 'utf8').matchAll(/`--natter-([\w-]+)`/g)].map(
      ([, name]) => name,
    );
    const known = [
      ...Object.keys(TOKENS),
      'launcher-size',
      'launcher-bg',
      'launcher-fg',
      'offset-x',
      'offset-y',
      'z-index',
    ];
    expect([...new Set(documented)].sort()).to.deep.equal(known.sort());
  });
});
