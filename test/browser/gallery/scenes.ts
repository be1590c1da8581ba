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

/** The messages of the view `amended`, by what they say. */
const SHORTER = 'Shall we read something shorter next month?';
const LISTED = 'I will put it on the list.';

async function openMenu(page: Page, text: string): Promise<void> {
  await page.locator('.message', { hasText: text }).hover();
  await page.getByRole('button', { name: 'More actions' }).click();
}

async function choose(page: Page, text: string, action: string): Promise<void> {
  await openMenu(page, text);
  await page.getByRole('menuitem', { name: action }).click();
}

async function hideAddress(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Menu' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Hide my address' }).click();
}

const THURSDAY = 'Thursday works for me.';

async function openRoomMenu(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Menu' }).click();
  await page.getByRole('menuitemcheckbox').nth(1).waitFor();
}

/** Rests a finger on a message for as long as it takes. */
async function longPress(page: Page, text: string): Promise<void> {
  const box = await page.locator('.bubble', { hasText: text }).boundingBox();
  const point = { x: (box?.x ?? 0) + 20, y: (box?.y ?? 0) + 10 };
  const touch = await page.context().newCDPSession(page);
  await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [point] });
  await page.getByRole('menu', { name: 'More actions' }).waitFor();
  await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
}

/** Opens the invitation and waits for its code. */
async function invite(page: Page, menu = 'Menu', item = 'Invite people'): Promise<void> {
  await page.getByRole('button', { name: menu, exact: true }).click();
  await page.getByRole('menuitem', { name: item }).click();
  await page.locator('.qr path').waitFor();
}

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
  'menu-hidden': { scene: { view: 'busy' }, act: hideAddress },
  'menu-hidden-dark': { scene: { view: 'busy', theme: { theme: 'auto' } }, device: DARK, act: hideAddress },
  'menu-hidden-yellow': { scene: { view: 'busy', theme: { accent: '#facc15', radius: 'sharp' } }, act: hideAddress },
  'menu-arabic': {
    scene: { view: 'arabic', locale: 'ar' },
    async act(page) {
      await page.locator('natter-chat [aria-haspopup=menu]').click();
      await page.getByRole('menuitemcheckbox').focus();
    },
  },
  'menu-german': {
    scene: { view: 'busy', locale: 'de' },
    act: (page) => page.getByRole('button', { name: 'Menü' }).click(),
  },
  'meaning-hidden': {
    scene: { view: 'busy' },
    async act(page) {
      await hideAddress(page);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Mixed' }).focus();
    },
  },
  'members-hidden': {
    scene: { view: 'busy' },
    async act(page) {
      await hideAddress(page);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: '12 online' }).click();
    },
  },
  'phone-menu': { scene: { view: 'busy' }, device: PHONE, act: hideAddress },
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
  moderator: { scene: { view: 'moderator' } },
  'moderator-dark': { scene: { view: 'moderator', theme: { theme: 'auto' } }, device: DARK, act: openRoomMenu },
  'moderator-arabic': { scene: { view: 'moderator', locale: 'ar' } },
  'moderator-menu': { scene: { view: 'moderator' }, act: openRoomMenu },
  'moderator-message': { scene: { view: 'moderator' }, act: (page) => openMenu(page, THURSDAY) },
  'moderator-ban': { scene: { view: 'moderator' }, act: (page) => choose(page, THURSDAY, 'Ban') },
  'moderator-members': {
    scene: { view: 'moderator' },
    act: (page) => page.getByRole('button', { name: '4 online' }).click(),
  },
  'moderator-members-arabic-dark': {
    scene: { view: 'moderator', locale: 'ar', theme: { theme: 'auto' } },
    device: DARK,
    act: (page) => page.locator('.presence').click(),
  },
  'phone-moderator-sheet': {
    scene: { view: 'moderator' },
    device: PHONE,
    async act(page) {
      await page.getByRole('button', { name: '4 online' }).tap();
      await page.getByRole('button', { name: 'Actions for Bo', exact: true }).tap();
    },
  },
  muted: { scene: { view: 'muted' } },
  'muted-dark': { scene: { view: 'muted', theme: { theme: 'auto' } }, device: DARK },
  'muted-for-days': { scene: { view: 'mutedForDays' }, device: PHONE },
  'read-only': { scene: { view: 'readOnly' } },
  slow: { scene: { view: 'slow', draft: 'One more thing' } },
  'slow-arabic': { scene: { view: 'slow', locale: 'ar' } },
  shut: { scene: { view: 'shut' } },
  banned: { scene: { view: 'banned' } },
  'phone-banned': { scene: { view: 'banned' }, device: PHONE },
  amended: { scene: { view: 'amended' } },
  'amended-dark': { scene: { view: 'amended', theme: { theme: 'auto' } }, device: DARK },
  'amended-arabic': { scene: { view: 'amended', locale: 'ar' } },
  'amended-yellow': { scene: { view: 'amended', theme: { accent: '#facc15', radius: 'sharp' } } },
  toolbar: {
    scene: { view: 'amended' },
    async act(page) {
      await page.locator('.message', { hasText: SHORTER }).hover();
      await page.getByRole('button', { name: 'React' }).focus();
    },
  },
  'toolbar-mine': {
    scene: { view: 'amended' },
    async act(page) {
      await page.getByRole('log').focus();
      await page.keyboard.press('ArrowUp');
      await page.getByRole('button', { name: 'More actions' }).waitFor();
    },
  },
  react: {
    scene: { view: 'amended' },
    async act(page) {
      await page.locator('.message', { hasText: SHORTER }).hover();
      await page.getByRole('button', { name: 'React' }).click();
    },
  },
  'message-menu': { scene: { view: 'amended' }, act: (page) => openMenu(page, LISTED) },
  'message-menu-dark': {
    scene: { view: 'amended', theme: { theme: 'auto' } },
    device: DARK,
    async act(page) {
      await page.locator('.message', { hasText: LISTED }).focus();
      await page.keyboard.press('Enter');
    },
  },
  reactors: {
    scene: { view: 'amended' },
    act: (page) => page.getByRole('button', { name: '👍', pressed: true }).focus(),
  },
  deleting: { scene: { view: 'amended' }, act: (page) => choose(page, LISTED, 'Delete') },
  editing: { scene: { view: 'amended' }, act: (page) => choose(page, LISTED, 'Edit') },
  'editing-dark': {
    scene: { view: 'amended', theme: { theme: 'auto' } },
    device: DARK,
    act: (page) => choose(page, LISTED, 'Edit'),
  },
  details: { scene: { view: 'amended' }, act: (page) => choose(page, LISTED, 'Message details') },
  'details-theirs': { scene: { view: 'amended' }, act: (page) => choose(page, SHORTER, 'Message details') },
  away: { scene: { view: 'amended' }, act: (page) => page.getByRole('button', { name: '4 online' }).click() },
  earlier: {
    scene: { view: 'earlier' },
    act: (page) => page.getByRole('log').evaluate((list) => list.scrollTo(0, 0)),
  },
  'phone-sheet': { scene: { view: 'amended' }, device: PHONE, act: (page) => longPress(page, LISTED) },
  'phone-deleting': {
    scene: { view: 'amended' },
    device: PHONE,
    async act(page) {
      await longPress(page, LISTED);
      await page.getByRole('menuitem', { name: 'Delete' }).tap();
    },
  },
  'phone-editing': {
    scene: { view: 'amended' },
    device: PHONE,
    async act(page) {
      await longPress(page, LISTED);
      await page.getByRole('menuitem', { name: 'Edit' }).tap();
    },
  },
  'phone-sheet-dark': {
    scene: { view: 'amended', theme: { theme: 'auto' } },
    device: { ...PHONE, ...DARK },
    act: (page) => longPress(page, 'Yes! I have wanted'),
  },
  locked: { scene: { view: 'locked', encrypted: true } },
  'locked-dark': { scene: { view: 'damaged', encrypted: true, theme: { theme: 'auto' } }, device: DARK },
  'locked-arabic': { scene: { view: 'damaged', encrypted: true, locale: 'ar' } },
  'locked-phone': { scene: { view: 'locked', encrypted: true }, device: PHONE },
  'locked-wrong': {
    scene: { view: 'locked', encrypted: true, locale: 'de' },
    async act(page) {
      await page.getByLabel('Passphrase oder Link').fill('wrong');
      await page.getByRole('button', { name: 'Öffnen' }).click();
      await page.getByText('Diese Passphrase öffnet hier nichts.').waitFor();
    },
  },
  'some-locked': { scene: { view: 'some-locked', encrypted: true } },
  'some-locked-dark': { scene: { view: 'some-locked', encrypted: true, theme: { theme: 'auto' } }, device: DARK },
  'all-locked': { scene: { view: 'all-locked', encrypted: true } },
  'all-locked-arabic': { scene: { view: 'all-locked', encrypted: true, locale: 'ar' } },
  'all-locked-phone': {
    scene: { view: 'all-locked', encrypted: true, theme: { theme: 'auto' } },
    device: { ...PHONE, ...DARK },
  },
  'another-key': {
    scene: { view: 'some-locked', encrypted: true },
    act: (page) => page.getByRole('button', { name: 'Enter another key' }).click(),
  },
  invitation: { scene: { view: 'busy', encrypted: true }, act: invite },
  'invitation-dark': { scene: { view: 'busy', encrypted: true, theme: { theme: 'auto' } }, device: DARK, act: invite },
  'invitation-arabic': {
    scene: { view: 'busy', encrypted: true, locale: 'ar' },
    act: (page) => invite(page, 'القائمة', 'دعوة آخرين'),
  },
  'invitation-phone': { scene: { view: 'busy', encrypted: true }, device: PHONE, act: invite },
  'invitation-new-key': {
    scene: { view: 'busy', encrypted: true },
    async act(page) {
      await invite(page);
      await page.getByRole('button', { name: 'Make a new key' }).click();
      await page.getByText('You write with a new key now.').waitFor();
    },
  },
  phone: { scene: { view: 'busy', draft: 'On my way' }, device: PHONE },
  'phone-naming': { scene: { view: 'naming' }, device: PHONE },
  inline: { scene: { view: 'busy', mode: 'inline' }, inline: true },
  hostile: { scene: { view: 'busy' }, css: 'hostile' },
  'hostile-launcher': { scene: { unread: 9 }, css: 'hostile' },
};
