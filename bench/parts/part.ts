import type { Settings } from '../compare.ts';

/** One subject of the bench. */
export interface Part {
  readonly name: string;
  run(settings: Settings): Promise<Report>;
}

/** What came of it: a section of the report, and bars for the plot. */
export interface Report {
  readonly title: string;
  readonly markdown: string;
  readonly bars: readonly Bars[];
}

/** Bars of one group, from none up. */
export interface Bars {
  readonly title: string;
  readonly unit: string;
  readonly bars: readonly { readonly name: string; readonly value: number }[];
}
