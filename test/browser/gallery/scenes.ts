import type { BrowserContextOptions, Page } from 'playwright-core';
import type { Scene } from './page.tsx';

/** One picture of the gallery: what is shown, on which device and page, and what is done before looking. */
export interface Picture {
  readonly scene: Scene;
  readonly device?: BrowserContextOptions;
  readonly css?: 'hostile';
  readonly inline?: true;
  act?(page: Page): Promise<void>;
}

const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const DARK: BrowserContextOptions = { colorScheme: 'dark' };

/** Every state that people look at, by the name of its picture. */
export const PICTURES: Readonly<Record<string, Picture>> = {
  launcher: { scene: { unread: 3 } },
  naming: { scene: { view: 'naming' } },
  loading: { scene: { view: 'loading' } },
  left: { scene: { view: 'left' } },
  empty: { scene: { view: 'empty' } },
  busy: { scene: { view: 'busy', draft: 'How about the café by the harbour? They open at nine' } },
  unread: { scene: { view: 'unread' } },
  offline: { scene: { view: 'offline' } },
  down: { scene: { view: 'down' } },
  failed: { scene: { view: 'failed' } },
  notice: { scene: { view: 'notice' } },
  barred: { scene: { view: 'barred' } },
  long: { scene: { view: 'long' } },
  arabic: { scene: { view: 'arabic', locale: 'ar' } },
  'arabic-down': { scene: { view: 'down', locale: 'ar' } },
  german: { scene: { view: 'failed', locale: 'de' } },
  scrolled: {
    scene: { view: 'busy' },
    async act(page) {
      await page.getByRole('log').evaluate((list) => list.scrollBy(0, -220));
      await page.getByRole('button', { name: 'Jump to the latest message' }).waitFor();
      await page.evaluate(() => window.gallery.arrive(3));
      await page.locator('.message', { hasText: 'Thank you Bo' }).focus();
      await page.keyboard.press('ArrowUp');
    },
  },
  members: { scene: { view: 'crowd' }, act: (page) => page.getByRole('button', { name: '131 online' }).click() },
  menu: { scene: { view: 'busy' }, act: (page) => page.getByRole('button', { name: 'Menu' }).click() },
  rename: {
    scene: { view: 'busy' },
    async act(page) {
      await page.getByRole('button', { name: 'Menu' }).click();
      await page.getByRole('menuitem', { name: 'Change your name' }).click();
    },
  },
  meaning: { scene: { view: 'busy' }, act: (page) => page.getByRole('button', { name: 'Mixed' }).focus() },
  dark: { scene: { view: 'busy', theme: { theme: 'dark' } }, device: DARK },
  'dark-empty': { scene: { view: 'empty', theme: { theme: 'auto' } }, device: DARK },
  'dark-down': { scene: { view: 'down', theme: { theme: 'auto' } }, device: DARK },
  'dark-failed': { scene: { view: 'failed', theme: { theme: 'auto' } }, device: DARK },
  accent: { scene: { view: 'busy', theme: { accent: '#0f766e', radius: 'soft' } } },
  'accent-yellow': { scene: { view: 'unread', theme: { accent: '#facc15', radius: 'pill', density: 'spacious' } } },
  sharp: {
    scene: { view: 'busy', theme: { accent: '#be123c', radius: 'sharp', density: 'compact', font: 'Georgia, serif' } },
  },
  phone: { scene: { view: 'busy', draft: 'On my way' }, device: PHONE },
  'phone-naming': { scene: { view: 'naming' }, device: PHONE },
  inline: { scene: { view: 'busy', mode: 'inline' }, inline: true },
  hostile: { scene: { view: 'busy' }, css: 'hostile' },
  'hostile-launcher': { scene: { unread: 9 }, css: 'hostile' },
};
