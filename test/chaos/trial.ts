import { setTimeout as wait } from 'node:timers/promises';
import { eventually } from '../support/eventually.ts';
import { judge, type Verdict } from './ledger.ts';
import type { Scenario } from './scenarios.ts';
import { type Scale, Stage } from './stage.ts';

/** What became of a crowd in one scenario. Times are ms. */
export interface Outcome {
  readonly scenario: string;
  readonly scale: Scale;
  readonly verdict: Verdict;
  /** Of each client that lost its session: from the fault until it had one and heard. Sorted. */
  readonly resumed: readonly number[];
  /** Of each message at each client: from being said to being shown. Sorted. */
  readonly waits: readonly number[];
  /** How often clients went on as another member, which takes their earlier messages for somebody else's. */
  readonly renewals: number;
  /** From the last word until all had all of it; undefined: never. */
  readonly settledIn: number | undefined;
}

/** How long the crowd speaks before the fault and after its end, ms. */
export interface Course {
  readonly before: number;
  readonly after: number;
}

/** What is not there by then never comes: tries are at most 10 s apart, but a busy machine may answer none for a while. */
const SETTLED_WITHIN_MS = 300_000;

/** Sets a stage up, runs one scenario on it and takes it down. */
export async function tryScenario(scenario: Scenario, scale: Scale, course: Course, bundle: string): Promise<Outcome> {
  const stage = await Stage.start(scale, bundle);
  try {
    return await runStretch(stage, scenario, course, 1);
  } finally {
    await stage.close();
  }
}

/** The crowd speaks, something goes wrong, the crowd comes to rest, and all is compared. */
export async function runStretch(stage: Stage, scenario: Scenario, course: Course, stretch: number): Promise<Outcome> {
  const { scale } = stage;
  await stage.begin(stretch);
  await stage.speak(scale.perSecond);
  await wait(course.before);
  const since = Date.now();
  await scenario.run(stage);
  await wait(course.after);
  await stage.speak(0);
  const settledIn = await settle(stage);
  const testimonies = await stage.ask('testify', { since });
  return {
    scenario: scenario.name,
    scale,
    verdict: judge(testimonies.map(({ account }) => account)),
    resumed: sorted(testimonies.flatMap(({ resumedIn }) => resumedIn ?? [])),
    waits: sorted(testimonies.flatMap(({ waits }) => waits)),
    renewals: testimonies.reduce((sum, { renewals }) => sum + renewals, 0),
    settledIn,
  };
}

/** Waits until everyone shows all that was said, as sent where it is theirs. */
async function settle(stage: Stage): Promise<number | undefined> {
  const began = performance.now();
  try {
    await eventually(async () => {
      const clients = await stage.ask('progress', {});
      const said = new Map<string, number>();
      for (const one of clients) said.set(one.room, (said.get(one.room) ?? 0) + one.said);
      const behind = clients.filter((one) => one.acknowledged < one.said || one.shown !== said.get(one.room));
      if (behind.length > 0) throw new Error(`${behind.length} clients have not settled`);
    }, SETTLED_WITHIN_MS);
    return performance.now() - began;
  } catch {
    return undefined; // the ledger says who lacks what
  }
}

function sorted(numbers: readonly number[]): readonly number[] {
  return numbers.toSorted((a, b) => a - b);
}
