import { build } from 'esbuild';
import type { Page } from 'playwright-core';
import { BROWSER_OPTIONS } from '../../scripts/build/browser.ts';

/** Builds a `*.page.ts` file as the widget is built, and runs it in a page. */
export async function runInPage(page: Page, file: string): Promise<void> {
  const { outputFiles } = await build({ ...BROWSER_OPTIONS, entryPoints: [file], format: 'iife', write: false });
  await page.evaluate(outputFiles[0]?.text ?? '');
}
