import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { openPage } from '../../support/chromium.ts';
import { Visitor } from '../chat/visitor.ts';

export interface PersonOptions {
  readonly context?: BrowserContextOptions;
  /** Runs in the page before anything else. */
  readonly before?: () => void;
  /** Opened instead of the page's own address. */
  readonly url?: string;
}

/** Somebody at a page whose room has no relay: acts by what the pane says. */
export class Person extends Visitor {
  static async arrive(browser: Browser, url: string, name: string, options: PersonOptions = {}): Promise<Person> {
    const page = await openPage(browser, options.context);
    if (options.before) await page.addInitScript(options.before);
    const person = new Person(page, name);
    await page.goto(options.url ?? url);
    if (!options.url) await page.getByRole('button', { name: 'Open chat' }).click();
    await person.giveName();
    await page.getByLabel('Message', { exact: true }).waitFor();
    await person.ready();
    return person;
  }

  /** Another tab of the same browser. */
  static async tab(page: Page, name: string): Promise<Person> {
    return new Person(page, name);
  }

  /** All that the room needs is here: from now on there need be no server. */
  async ready(): Promise<void> {
    await this.page.waitForLoadState('networkidle');
  }

  async openCodes(): Promise<void> {
    await this.page.getByRole('button', { name: 'Menu' }).click();
    await this.page.getByRole('menuitem', { name: 'Invite someone' }).click();
  }

  /** Makes an invitation, and gives its code. */
  async invites(): Promise<string> {
    await this.openCodes();
    await this.page.getByRole('button', { name: 'Make an invitation code' }).click();
    return this.page.getByLabel('Your invitation code').inputValue();
  }

  /** Pastes an invitation, and gives the code that answers it. */
  async answers(invitation: string): Promise<string> {
    await this.openCodes();
    await this.pastesInvitation(invitation);
    return this.page.getByLabel('Your answer code').inputValue();
  }

  async pastesInvitation(text: string): Promise<void> {
    await this.page.getByLabel('Invitation code', { exact: true }).fill(text);
    await this.page.getByRole('button', { name: 'Make the answer code' }).click();
  }

  async pastesAnswer(text: string): Promise<void> {
    await this.page.getByLabel('Their answer code').fill(text);
    await this.page.getByRole('button', { name: 'Connect' }).click();
  }

  /** The sentence that says what is wrong. */
  async told(): Promise<string> {
    const alert = this.page.getByRole('alert').filter({ hasText: /\S/ });
    await alert.waitFor();
    return (await alert.textContent()) ?? '';
  }

  async back(): Promise<void> {
    await this.page.getByRole('button', { name: 'Back' }).click();
  }

  /** Waits for a message to be shown. */
  async hears(text: string): Promise<void> {
    await this.page.getByText(text, { exact: true }).waitFor();
  }

  /** Goes the whole way to a link with somebody. */
  async meets(other: Person): Promise<void> {
    await this.pastesAnswer(await other.answers(await this.invites()));
    for (const person of [this, other]) await person.sees('direct');
  }
}
