import type { Page } from 'playwright-core';
import type { Stage } from './stage.ts';
import { Visitor } from './visitor.ts';

/** The same browser profile's next tab, at the same page, with the chat open. */
export async function nextTab(stage: Stage, first: Visitor, before?: () => void): Promise<Visitor> {
  const page = await first.page.context().newPage();
  if (before) await page.addInitScript(before);
  const tab = Visitor.at(page, first.name);
  await page.goto(stage.host.url);
  await page.getByRole('button', { name: 'Open chat' }).click();
  await page.getByLabel('Message', { exact: true }).waitFor();
  return tab;
}

/** Ends the tab's process, as a crash does. */
export async function crash({ page }: Visitor): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const crashed = page.waitForEvent('crash');
  void session.send('Page.crash').catch(() => undefined); // nobody is left to answer
  await crashed;
}

/** What another tab in front, or the same in front again, does to a page; headless Chromium shows all its pages. */
export async function setHidden({ page }: Visitor, hidden: boolean): Promise<void> {
  await page.evaluate(
    (state) => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, value: state });
      document.dispatchEvent(new Event('visibilitychange'));
    },
    hidden ? 'hidden' : 'visible',
  );
}

/** Keeps the page from running anything for so long, ms; resolves at once. */
export function suspend({ page }: Visitor, ms: number): Promise<void> {
  return page.evaluate((for_) => {
    setTimeout(() => {
      const end = performance.now() + for_;
      while (performance.now() < end);
    });
  }, ms);
}

/** Whether this tab holds the room's lock. */
export async function leads(page: Page): Promise<boolean> {
  return page.evaluate(async () => {
    const { held = [] } = await navigator.locks.query();
    const mine = await new Promise<string | undefined>((resolve) => {
      const name = `probe-${crypto.randomUUID()}`;
      void navigator.locks.request(name, async () => {
        const state = await navigator.locks.query();
        resolve(state.held?.find((lock) => lock.name === name)?.clientId);
      });
    });
    return held.some(({ name, clientId }) => clientId === mine && /\/lobby$/.test(name ?? ''));
  });
}
