import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { openPage } from '../../support/chromium.ts';
import { eventually } from '../../support/eventually.ts';

export interface VisitorOptions {
  readonly name: string;
  /** Runs in the page before anything else, e.g. to take WebRTC away. */
  readonly before?: () => void;
  readonly context?: BrowserContextOptions;
  /** The relay will not let them in: there is no composer to wait for. */
  readonly refused?: boolean;
}

/** A person at a browser: acts by what the page shows and says. */
export class Visitor {
  readonly page: Page;
  readonly name: string;
  /** What the page or the widget complained about. */
  readonly errors: string[] = [];

  protected constructor(page: Page, name: string) {
    this.page = page;
    this.name = name;
    page.on('pageerror', (error) => this.errors.push(error.stack ?? String(error)));
  }

  /** Opens the page, counts the widget's traffic from its first frame, and enters the room. */
  static async enter(browser: Browser, url: string, options: VisitorOptions): Promise<Visitor> {
    return Visitor.enterWith(await openPage(browser, options.context), url, options);
  }

  /** The person at a page that has been opened already. */
  static at(page: Page, name: string): Visitor {
    return new Visitor(page, name);
  }

  static async enterWith(page: Page, url: string, { name, before, refused = false }: VisitorOptions): Promise<Visitor> {
    const visitor = new Visitor(page, name);
    await page.addInitScript(() => {
      const counts: Record<string, number> = {};
      const observations: unknown[] = [];
      Object.assign(globalThis, { trafficCounts: counts, observations });
      document.addEventListener('natter:observation', (event) => observations.push((event as CustomEvent).detail));
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
    if (!refused) await page.getByLabel('Message', { exact: true }).waitFor();
    return visitor;
  }

  async giveName(): Promise<void> {
    const field = this.page.getByLabel('Your name');
    await field.fill(this.name);
    await field.press('Enter');
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

  /** Texts of the rows in the document, in shown order: the last 80 of a long conversation. */
  async texts(): Promise<string[]> {
    return (await this.#rows()).map(({ text }) => text);
  }

  /** Texts of the whole conversation in shown order, read by scrolling up through it and back down. */
  async allTexts(): Promise<string[]> {
    let all = await this.#rows();
    for (let idle = 0; idle < 4; ) {
      await this.#scroll('top');
      const window = await this.#rows();
      const known = window.findIndex(({ key }) => key === all[0]?.key);
      if (known < 0) throw new Error('the window jumped over messages');
      all = [...window.slice(0, known), ...all];
      idle = known === 0 ? idle + 1 : 0;
    }
    for (let i = 0; i * 60 < all.length; i += 1) await this.#scroll('bottom');
    return all.map(({ text }) => text);
  }

  async #rows(): Promise<{ key: string; text: string }[]> {
    return this.page.evaluate(() => {
      const rows = document.querySelector('natter-chat')?.shadowRoot?.querySelectorAll<HTMLElement>('[data-key]') ?? [];
      return [...rows].map((row) => ({
        key: row.dataset.key ?? '',
        text: row.querySelector('.text')?.textContent?.trim() ?? '',
      }));
    });
  }

  /** Scrolls the list and waits for what that brings to be drawn. */
  async #scroll(to: 'top' | 'bottom'): Promise<void> {
    await this.page.evaluate(async (edge) => {
      const list = document.querySelector('natter-chat')?.shadowRoot?.querySelector('[role=log]');
      if (list) list.scrollTop = edge === 'top' ? 0 : list.scrollHeight;
      for (let frame = 0; frame < 6; frame += 1) await new Promise(requestAnimationFrame);
    }, to);
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

  /** What has been measured so far: round trips, retries, duplicates, links. */
  async observations(): Promise<readonly Readonly<Record<string, unknown>>[]> {
    return this.page.evaluate(
      () => (globalThis as unknown as { observations: Readonly<Record<string, unknown>>[] }).observations,
    );
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}
