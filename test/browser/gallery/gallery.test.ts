import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../../support/chromium.ts';
import { openScene, settled } from './open-scene.ts';
import { PICTURES } from './scenes.ts';
import { openStage } from './stage.ts';

const OUT = new URL('out/', import.meta.url).pathname;

describe('gallery', () => {
  let browser: Browser;
  let stage: Awaited<ReturnType<typeof openStage>>;
  let axe: string;

  before(async () => {
    await mkdir(OUT, { recursive: true });
    axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    [browser, stage] = await Promise.all([launchChromium(), openStage()]);
  });

  after(async () => {
    await browser.close();
    stage.close();
  });

  for (const [name, { scene, device, css, inline, act }] of Object.entries(PICTURES)) {
    it(`[A11Y-1] [UI-18] ${name}: nothing for axe to find, nothing refused by the page's policy`, async () => {
      const { page, faults } = await openScene(browser, stage.url, scene, { device, css, inline });
      await act?.(page);
      await settled(page);
      await page.screenshot({ path: `${OUT}${name}.png` });
      expect(faults).to.deep.equal([]);
      expect(await violations(page, axe)).to.deep.equal([]);
      await page.context().close();
    });
  }
});

/** What axe finds inside the widget, one line each. The host page around it is not the widget's. */
async function violations(page: Page, axe: string): Promise<string[]> {
  await page.evaluate(axe);
  const { violations: found } = await page.evaluate<AxeResults>(
    "axe.run('natter-chat', { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })",
  );
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
  );
}
