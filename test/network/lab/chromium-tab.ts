import { CHROMIUM, launchChromium, openPage } from '../../support/chromium.ts';
import { executableInside } from './executable.ts';
import type { OpenTab } from './tab.ts';

export const openChromium: OpenTab = async ({ namespace, trusted, script }) => {
  const executable = executableInside(namespace, CHROMIUM);
  const browser = await launchChromium({
    executablePath: executable.path,
    args: [`--unsafely-treat-insecure-origin-as-secure=${trusted}`],
  });
  const page = await openPage(browser);
  await page.addInitScript(script);
  return {
    async enter(url, name) {
      await page.goto(url);
      await page.getByRole('button', { name: 'Open chat' }).click();
      const field = page.getByLabel('Your name');
      await field.fill(name);
      await field.press('Enter');
      await page.getByLabel('Message', { exact: true }).waitFor();
    },
    evaluate: (expression) => page.evaluate(expression),
    async close() {
      await browser.close();
      executable.remove();
    },
  };
};
