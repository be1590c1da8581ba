import { eventually } from '../../support/eventually.ts';
import type { Home } from './network.ts';
import type { LabEvent, SelectedPair } from './record.ts';
import type { Tab } from './tab.ts';

/** Someone at a browser behind a line of their own, who can write all the time. */
export class Person {
  readonly name: string;
  readonly home: Home;
  readonly #tab: Tab;

  constructor(name: string, home: Home, tab: Tab) {
    this.name = name;
    this.home = home;
    this.#tab = tab;
  }

  enter(url: string): Promise<void> {
    return this.#tab.enter(url, this.name);
  }

  async write(everyMs: number): Promise<void> {
    await this.#tab.evaluate(`lab.write(${JSON.stringify(this.name)}, ${everyMs})`);
  }

  /** Stops writing; gives all texts written. */
  async rest(): Promise<string[]> {
    const count = Number(await this.#tab.evaluate('lab.rest()'));
    return Array.from({ length: count }, (_, i) => `${this.name} ${i + 1}`);
  }

  async events(): Promise<readonly LabEvent[]> {
    return (await this.#tab.evaluate('lab.events')) as readonly LabEvent[];
  }

  async conversation(): Promise<readonly string[]> {
    return (await this.#tab.evaluate('lab.conversation()')) as readonly string[];
  }

  async selectedPairs(): Promise<readonly SelectedPair[]> {
    return (await this.#tab.evaluate('lab.selectedPairs()')) as readonly SelectedPair[];
  }

  /** Waits until the chip says this. */
  async sees(path: string, deadlineMs: number): Promise<void> {
    await eventually(async () => {
      const now = pathNow(await this.events());
      if (now !== path) throw new Error(`${this.name}: the chip says ${now}, not ${path}`);
    }, deadlineMs);
  }

  close(): Promise<void> {
    return this.#tab.close();
  }
}

/** What the chip says after these events. */
export function pathNow(events: readonly LabEvent[]): string | undefined {
  return events.findLast((event) => event.type === 'chip')?.path;
}
