import type { WidgetEvents } from '../../widget/index.ts';

export type Observation = WidgetEvents['observation'];

/** What was measured on one path. Times are ms. */
export interface PathMeasures {
  /** Median of the latest round trips; undefined before the first. */
  readonly roundTrip: number | undefined;
  /** Mean difference from one of them to the next; undefined before the second. */
  readonly jitter: number | undefined;
  readonly lost: number;
  readonly duplicates: number;
}

export interface Measures {
  readonly link: PathMeasures;
  readonly relay: PathMeasures;
  readonly retries: number;
  readonly links: { readonly opened: number; readonly failed: number; readonly closed: number };
  /** Median of what links took to open, ms. */
  readonly setUp: number | undefined;
}

/** Round trips that are looked back on. */
const WINDOW = 50;

/** Adds up what one or more widgets observe. */
export class Meter {
  readonly #roundTrips = { link: [] as number[], relay: [] as number[] };
  readonly #lost = { link: 0, relay: 0 };
  readonly #duplicates = { link: 0, relay: 0 };
  readonly #links = { opened: 0, failed: 0, closed: 0 };
  readonly #setUps: number[] = [];
  #retries = 0;

  add(seen: Observation): void {
    switch (seen.type) {
      case 'round-trip':
        keep(this.#roundTrips[seen.path], seen.ms);
        break;
      case 'lost':
        this.#lost[seen.path] += 1;
        break;
      case 'duplicate':
        this.#duplicates[seen.path] += 1;
        break;
      case 'retry':
        this.#retries += 1;
        break;
      case 'link':
        this.#links[seen.outcome] += 1;
        if (seen.outcome === 'opened') keep(this.#setUps, seen.ms);
        break;
    }
  }

  read(): Measures {
    return {
      link: this.#on('link'),
      relay: this.#on('relay'),
      retries: this.#retries,
      links: { ...this.#links },
      setUp: median(this.#setUps),
    };
  }

  #on(path: 'link' | 'relay'): PathMeasures {
    const trips = this.#roundTrips[path];
    return {
      roundTrip: median(trips),
      jitter: jitterOf(trips),
      lost: this.#lost[path],
      duplicates: this.#duplicates[path],
    };
  }
}

function keep(values: number[], value: number): void {
  values.push(value);
  if (values.length > WINDOW) values.shift();
}

function median(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** As in RFC 3550, 6.4.1, but as a plain mean over the window. */
function jitterOf(values: readonly number[]): number | undefined {
  const steps = values.slice(1).map((value, index) => Math.abs(value - (values[index] ?? value)));
  return steps.length === 0 ? undefined : steps.reduce((sum, step) => sum + step, 0) / steps.length;
}
