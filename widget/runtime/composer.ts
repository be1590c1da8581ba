import type { Store } from './ports.ts';

/** The composer's unsent text, written behind every keystroke, one write at a time. */
export class ComposerText {
  readonly #store: Store;
  #text: string;
  #saved: string;
  #saving = false;

  constructor(store: Store, text: string) {
    this.#store = store;
    this.#text = text;
    this.#saved = text;
  }

  get(): string {
    return this.#text;
  }

  /** What is typed while a write is under way goes into the next. */
  async set(text: string): Promise<void> {
    this.#text = text;
    if (this.#saving) return;
    this.#saving = true;
    while (this.#saved !== this.#text) {
      this.#saved = this.#text;
      await this.#store.saveComposer(this.#saved).catch(() => undefined); // the text itself stays on screen
    }
    this.#saving = false;
  }
}
