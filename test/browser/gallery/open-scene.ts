import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { Scene } from './page.tsx';
import { NOW } from './people.ts';

export interface SceneOptions {
  readonly device?: BrowserContextOptions | undefined;
  readonly css?: string | undefined;
  readonly inline?: boolean | undefined;
  /** `fixed`: the date stands still and timers run. `held`: time moves only when the test moves it. */
  readonly clock?: 'fixed' | 'held';
}

/** How far into the scene a held clock stops, ms. */
const HELD_AFTER = 60_000;

const DESK: BrowserContextOptions = {
  viewport: { width: 900, height: 760 },
  deviceScaleFactor: 2,
  timezoneId: 'UTC',
  locale: 'en-GB',
};

/** A page of the gallery with a scene on it. What the page logs as an error is kept in `faults`. */
export async function openScene(
  browser: Browser,
  url: string,
  scene: Scene,
  options: SceneOptions = {},
): Promise<{ page: Page; faults: string[] }> {
  const context = await browser.newContext({ ...DESK, ...options.device });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  page.on('pageerror', (error) => faults.push(error.message));
  if (options.clock === 'held') await page.clock.install({ time: NOW });
  else await page.clock.setFixedTime(NOW);
  await page.goto(`${url}/?css=${options.css ?? 'host'}${options.inline ? '&inline' : ''}`);
  await page.evaluate((shown) => window.gallery.show(shown), scene);
  // Until here time runs, so that the page can load.
  if (options.clock === 'held') await page.clock.pauseAt(NOW + HELD_AFTER);
  else await settled(page);
  return { page, faults };
}

/** Resolves when every animation with an end has ended, so that what is measured stands still. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    const moving = document.querySelector('natter-chat')?.shadowRoot?.getAnimations() ?? [];
    const ending = moving.filter((motion) => motion.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY);
    await Promise.allSettled(ending.map((motion) => motion.finished));
  });
}
