import type { Browser } from 'playwright-core';
import { launchChromium } from '../../support/chromium.ts';
import { type HostPage, pastedTag, serveHostPage } from '../../support/host-page.ts';
import { type RelayProcess, startRelayProcess } from '../../support/relay-process.ts';
import { Visitor, type VisitorOptions } from './visitor.ts';

/** A relay, a page that embeds its widget, and people at Chromium processes of their own. */
export class Stage {
  readonly relay: RelayProcess;
  readonly host: HostPage;
  readonly #browsers: readonly Browser[];
  readonly #ownsBrowsers: boolean;
  #next = 0;
  readonly visitors: Visitor[] = [];

  private constructor(relay: RelayProcess, host: HostPage, browsers: readonly Browser[], ownsBrowsers: boolean) {
    this.relay = relay;
    this.host = host;
    this.#browsers = browsers;
    this.#ownsBrowsers = ownsBrowsers;
  }

  /** `browsers`: how many to launch, or ones that stay for the next stage: what is on them is cleared away. */
  static async set({
    browsers,
    flags = [],
    room = 'lobby',
    attributes = '',
  }: {
    browsers: number | readonly Browser[];
    flags?: readonly string[];
    room?: string;
    /** More of the tag's attributes. */
    attributes?: string;
  }): Promise<Stage> {
    const relay = await startRelayProcess(flags);
    const host = await serveHostPage(pastedTag(relay.url, room, attributes));
    const given = typeof browsers === 'number' ? undefined : browsers;
    const launched = given ?? (await launchBrowsers(Number(browsers)));
    return new Stage(relay, host, launched, given === undefined);
  }

  /** The first browser process, for pages that need more than `enter` does. */
  browser(): Browser {
    const [browser] = this.#browsers;
    if (!browser) throw new Error('no browser');
    return browser;
  }

  /** The browser processes in turn. */
  nextBrowser(): Browser {
    const browser = this.#browsers[this.#next % this.#browsers.length];
    this.#next += 1;
    if (!browser) throw new Error('no browser');
    return browser;
  }

  /** Enters by the next browser process in turn. */
  async enter(options: VisitorOptions): Promise<Visitor> {
    const visitor = await Visitor.enter(this.nextBrowser(), this.host.url, options);
    this.visitors.push(visitor);
    return visitor;
  }

  async clear(): Promise<void> {
    const left = this.#ownsBrowsers ? this.#browsers : this.#browsers.flatMap((browser) => browser.contexts());
    await Promise.all(left.map((each) => each.close()));
    await this.host.close();
    await this.relay.stop();
  }
}

/** Chromium processes for more than one stage. */
export function launchBrowsers(count: number): Promise<Browser[]> {
  return Promise.all(Array.from({ length: count }, () => launchChromium()));
}
