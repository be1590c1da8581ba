import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { openPage } from '../../support/chromium.ts';
import { eventually } from '../../support/eventually.ts';

export interface VisitorOptions {
  readonly name: string;
  /** Runs in the page before anything else, e.g. to take WebRTC away. */
  readonly before?: () => void;
  readonly context?: BrowserContextOptions;
}

/** A person at a browser: acts by what the page shows and says. */
export class Visitor {
  readonly page: Page;
  readonly name: string;
  /** What the page or the widget complained about. */
  readonly errors: string[] = [];

  private constructor(page: Page, name: string) {
    this.page = page;
    this.name = name;
    page.on('pageerror', (error) => this.errors.push(String(error)));
  }

  /** Opens the page, counts the widget's traffic from its first frame, and enters the room. */
  static async enter(browser: Browser, url: string, { name, before, context }: VisitorOptions): Promise<Visitor> {
    const page = await openPage(browser, context);
    const visitor = new Visitor(page, name);
    await page.addInitScript(() => {
      const counts: Record<string, number> = {};
      Object.assign(globalThis, { trafficCounts: counts });
      document.addEventListener('natter:traffic', (event) => {
        const { path, direction, kind } = (event as CustomEvent<{ path: string; direction: string; kind: string }>)
          .detail;
        const key = `${path} ${direction} ${kind}`;
        counts[key] = (counts[key] ?? 0) + 1;
      });
    });
    if (before) await page.addInitScript(before);
    await page.goto(url);
    await page.getByRole('button', { name: 'Open chat' }).click();
    await visitor.giveName();
    return visitor;
  }

  async giveName(): Promise<void> {
    const field = this.page.getByLabel('Your name');
    await field.fill(this.name);
    await field.press('Enter');
    await this.page.getByLabel('Message', { exact: true }).waitFor();
  }

  async say(text: string): Promise<void> {
    const field = this.page.getByLabel('Message', { exact: true });
    await field.fill(text);
    await field.press('Enter');
  }

  /** Sends many messages through the public API, one a task. */
  async sayAll(texts: readonly string[]): Promise<void> {
    await this.page.evaluate(async (all) => {
      const { Natter } = globalThis as unknown as { Natter: { send(text: string): void } };
      for (const text of all) {
        Natter.send(text);
        await new Promise((resolve) => setTimeout(resolve));
      }
    }, texts);
  }

  /** Texts of the rows in shown order. */
  async texts(): Promise<string[]> {
    return this.page.evaluate(() => {
      const root = document.querySelector('natter-chat')?.shadowRoot;
      return [...(root?.querySelectorAll('[data-key] [part~="bubble"]') ?? [])].map(
        (row) => row.textContent?.trim() ?? '',
      );
    });
  }

  async path(): Promise<string> {
    return (await this.page.locator('natter-chat [data-path]').first().getAttribute('data-path')) ?? '';
  }

  /** Waits until the chip says this. */
  async sees(path: string, deadline = 10_000): Promise<void> {
    await eventually(async () => {
      const now = await this.path();
      if (now !== path) throw new Error(`${this.name}: the chip says ${now}, not ${path}`);
    }, deadline);
  }

  /** Frames so far, by `path direction kind`, such as `relay out entry`. */
  async traffic(): Promise<Readonly<Record<string, number>>> {
    return this.page.evaluate(() => (globalThis as unknown as { trafficCounts: Record<string, number> }).trafficCounts);
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}
