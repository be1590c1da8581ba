import type { Source } from './sources.ts';
import { titlesOf } from './spec-rules.ts';

/** `| 9 | attack | safe result | tried in |` */
const ROW = /^\| (\d+) \| [^|]+ \| [^|]+ \| ([^|]+) \|$/gm;
const FILE = /`([^`]+)`/g;
const CITED = /\brow (\d+)\b/g;
/** What stands in place of a test until there is one. */
const OPEN = '*not there yet*';

export interface ThreatReport {
  readonly rows: number;
  /** Rows that say themselves that no test tries all of them yet. */
  readonly open: readonly number[];
  /** What does not fit, each in one line. */
  readonly faults: readonly string[];
}

/** Compares the table of attacks in docs/security.md with the titles of tests: each names the other. */
export function compareThreats(document: string, tests: readonly Source[]): ThreatReport {
  const table = [...document.matchAll(ROW)].map(([, row = '', where = '']) => ({
    row: Number(row),
    open: where.includes(OPEN),
    files: [...where.matchAll(FILE)].map(([, file = '']) => file),
  }));
  const cited = tests.flatMap(({ path, text }) =>
    titlesOf(text).flatMap((title) => [...title.matchAll(CITED)].map(([, row]) => ({ path, row: Number(row) }))),
  );
  const cites = (path: string, row: number) => cited.some((each) => each.path === path && each.row === row);
  const faults = [
    ...table.flatMap(({ row }, at) => (row === at + 1 ? [] : [`row ${row} stands where ${at + 1} should`])),
    ...table.filter(({ open, files }) => !open && files.length === 0).map(({ row }) => `row ${row} names no test`),
    ...table.flatMap(({ row, files }) =>
      files.filter((file) => !cites(file, row)).map((file) => `row ${row}: no title in ${file} names it`),
    ),
    ...cited
      .filter(({ path, row }) => !table.some((each) => each.row === row && each.files.includes(path)))
      .map(({ path, row }) => `row ${row} does not name ${path}`),
  ];
  return {
    rows: table.length,
    open: table.filter(({ open }) => open).map(({ row }) => row),
    faults: [...new Set(faults)],
  };
}
