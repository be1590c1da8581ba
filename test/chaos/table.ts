import type { Outcome } from './trial.ts';

const HEAD = [
  'what goes wrong',
  'messages',
  'lost',
  'twice',
  'rooms in disorder',
  'new members',
  'lost their session',
  'resumed: half within',
  '99% within',
  'shown: half within',
  '99% within',
  'longest',
  'all settled after',
];

/** Outcomes as a table of docs/chaos.md. */
export function table(outcomes: readonly Outcome[]): string {
  return [HEAD, HEAD.map(() => '---'), ...outcomes.map(cells)].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** One outcome in a line for whoever waits. */
export function line(outcome: Outcome): string {
  return cells(outcome)
    .map((cell, index) => (index === 0 ? cell : `${HEAD[index]} ${cell}`))
    .join('; ');
}

function cells({ scenario, verdict, resumed, waits, renewals, settledIn }: Outcome): readonly string[] {
  return [
    scenario,
    String(verdict.said),
    String(verdict.lost.length + verdict.unsent.length),
    String(verdict.twice.length + verdict.unsaid.length),
    String(verdict.disordered.length),
    String(renewals),
    String(resumed.length),
    seconds(quantile(resumed, 0.5)),
    seconds(quantile(resumed, 0.99)),
    seconds(quantile(waits, 0.5)),
    seconds(quantile(waits, 0.99)),
    seconds(waits.at(-1)),
    settledIn === undefined ? 'never' : seconds(settledIn),
  ];
}

/** The value below which a share of the sorted numbers lies; undefined where there are none. */
export function quantile(sorted: readonly number[], share: number): number | undefined {
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)];
}

export function seconds(ms: number | undefined): string {
  if (ms === undefined) return '–';
  if (!Number.isFinite(ms)) return 'never';
  return ms < 100 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

export function bytes(count: number): string {
  return `${Math.round(count / (1024 * 1024))} MiB`;
}
