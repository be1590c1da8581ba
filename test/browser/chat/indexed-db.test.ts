import { expect } from 'chai';
import { build } from 'esbuild';
import { BROWSER_OPTIONS } from '../../../scripts/build/browser.ts';
import { STORED } from '../../contracts/store.ts';
import { launchChromium, openPage } from '../../support/chromium.ts';
import { serveHostPage } from '../../support/host-page.ts';

describe('the store contract in IndexedDB', () => {
  it('[STORE-1] [STORE-4] keeps a room over page loads', async () => {
    const { outputFiles } = await build({
      ...BROWSER_OPTIONS,
      stdin: {
        contents: `
          import { storeScenario } from './test/contracts/store.ts';
          import { indexedDbStore } from './widget/store/indexed-db.ts';
          globalThis.found = storeScenario({ reopen: () => indexedDbStore('contract') });`,
        resolveDir: process.cwd(),
        loader: 'ts',
      },
      format: 'iife',
      write: false,
    });
    const host = await serveHostPage('');
    const browser = await launchChromium();
    try {
      const page = await openPage(browser);
      await page.goto(host.url);
      await page.evaluate(outputFiles[0]?.text ?? '');
      const found = await page.evaluate(
        () => (globalThis as unknown as { found: Promise<Record<string, unknown>> }).found,
      );
      expect(found).to.deep.equal(STORED);
    } finally {
      await browser.close();
      await host.close();
    }
  });
});
