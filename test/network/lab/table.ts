import type { BrowserName } from './lab.ts';
import type { Result, Scenario } from './scenario.ts';
import { isLongCut } from './verdict.ts';

export interface Run {
  readonly scenario: Scenario;
  readonly browsers: readonly [BrowserName, BrowserName];
  readonly result: Result;
}

const HEAD = [
  'what is wrong',
  'history',
  'browsers',
  'lost',
  'twice',
  'fell back',
  'waited longest',
  'back again',
  'caught up',
];

/** The runs as a table of docs/networks.md. */
export function table(runs: readonly Run[]): string {
  return [HEAD, HEAD.map(() => '---'), ...runs.map(row)].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** How soon a new path brought all that had waited for it, and how soon dead paths were found, over all runs. */
export function summary(runs: readonly Run[]): string {
  const cuts = runs.filter(({ scenario }) => isLongCut(scenario));
  return [
    line(
      'caught up after a new path’s hello',
      runs.map(({ result }) => result.caughtUp),
    ),
    line(
      'dead link found',
      cuts.map(({ result }) => result.linkDead),
    ),
    line(
      'half-open socket found',
      cuts.filter(({ scenario }) => scenario.cutsRelay === true).map(({ result }) => result.socketDead),
    ),
  ].join('\n');
}

function row({ scenario, browsers, result }: Run): readonly string[] {
  return [
    scenario.name,
    scenario.history > 0 ? 'on' : 'off',
    browsers.join(' and '),
    String(result.lost),
    String(result.twice),
    seconds(result.fellBack),
    seconds(result.longest),
    seconds(result.recovered),
    seconds(result.caughtUp),
  ];
}

function seconds(ms: number | undefined): string {
  return ms === undefined ? '–' : `${(Math.max(0, ms) / 1_000).toFixed(1)} s`;
}

function line(what: string, all: readonly (number | undefined)[]): string {
  const times = all.filter((time) => time !== undefined).sort((a, b) => a - b);
  const at = (share: number) => seconds(times[Math.min(times.length - 1, Math.ceil(times.length * share) - 1)]);
  if (times.length === 0) return `${what}: did not happen`;
  return `${what}: p50 ${at(0.5)}, p99 ${at(0.99)} (${times.length} runs)`;
}
