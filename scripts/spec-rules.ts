import type { Source } from './sources.ts';

/** A rule in brackets, as docs/spec.md numbers it and test titles cite it. */
const RULE = /\[([A-Z]+-\d+)\]/g;
/** A rule is defined where a line of a list begins with it. */
const DEFINITION = /^\s*[-*]\s+\**\[([A-Z]+-\d+)\]/gm;
const TITLE = /\b(?:describe|context|it|specify|suite|test)\s*\(\s*(['"`])((?:\\.|(?!\1)[\s\S])*)\1/g;

export interface SpecReport {
  readonly rules: number;
  /** Rules that no test title cites. */
  readonly unproven: readonly string[];
  /** Citations of rules that the spec does not have, with where they stand. */
  readonly unknown: readonly string[];
  /** Rules defined twice. */
  readonly doubled: readonly string[];
}

/** Compares the rules of the spec with those that test titles cite. */
export function compareSpec(spec: string, tests: readonly Source[]): SpecReport {
  const defined = [...spec.matchAll(DEFINITION)].map(([, rule = '']) => rule);
  const known = new Set(defined);
  const cited = tests.flatMap(({ path, text }) => citations(text).map((rule) => ({ rule, path })));
  const proven = new Set(cited.map(({ rule }) => rule));
  return {
    rules: known.size,
    unproven: [...known].filter((rule) => !proven.has(rule)),
    unknown: cited.filter(({ rule }) => !known.has(rule)).map(({ rule, path }) => `${rule} in ${path}`),
    doubled: [...known].filter((rule) => defined.indexOf(rule) !== defined.lastIndexOf(rule)),
  };
}

/** The titles of tests and suites in a test file. */
export function titlesOf(text: string): readonly string[] {
  return [...text.matchAll(TITLE)].map(([, , title = '']) => title);
}

function citations(text: string): readonly string[] {
  return titlesOf(text).flatMap((title) => [...title.matchAll(RULE)].map(([, rule = '']) => rule));
}
