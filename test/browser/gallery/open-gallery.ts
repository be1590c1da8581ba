import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../../support/chromium.ts';
import { openScene, type SceneOptions } from './open-scene.ts';
import type { Scene } from './page.tsx';
import { openStage } from './stage.ts';

/** Scenes for a suite of tests, all in one browser that opens before and closes after it. */
export function useGallery(): (scene: Scene, options?: SceneOptions) => Promise<Page> {
  let browser: Browser;
  let stage: Awaited<ReturnType<typeof openStage>>;

  before(async () => {
    [browser, stage] = await Promise.all([launchChromium(), openStage()]);
  });

  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
  });

  after(async () => {
    await browser.close();
    stage.close();
  });

  return async (scene, options) => (await openScene(browser, stage.url, scene, options)).page;
}

/** What the panel asked of its room, in order. */
export function calls(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => window.gallery.room?.calls ?? []);
}
