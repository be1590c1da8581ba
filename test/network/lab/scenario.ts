import { setTimeout as pass } from 'node:timers/promises';
import { eventually } from '../../support/eventually.ts';
import { type BrowserName, Lab, type LabOptions } from './lab.ts';
import { type Course, measure, type Outcome } from './measure.ts';
import { type Person, pathNow } from './person.ts';
import type { SelectedPair } from './record.ts';

/** What goes wrong while two people chat. */
export interface Scenario {
  /** In words of docs/networks.md. */
  readonly name: string;
  readonly network?: Omit<LabOptions, 'browsers' | 'history'>;
  readonly history: number;
  /** Done once both are in, before anybody is let in by the other's side of it: what is wrong from the start. */
  readonly from?: (people: readonly Person[]) => void;
  /** What the chips say before the fault, and once all that can be healed has healed. */
  readonly path: 'direct' | 'relayed';
  readonly fault?: Fault;
  /** Type of candidate that a link must use at one end at least. */
  readonly candidates?: 'relay';
  /** Whether the fault takes the way to the relay from somebody, too. */
  readonly cutsRelay?: boolean;
}

export interface Fault {
  begin(people: readonly [Person, Person]): void;
  /** Absent where nothing but the widget can mend it. */
  end?(people: readonly [Person, Person]): void;
  /** From `begin` to `end`, or to when it must be mended, ms. */
  readonly lasts: number;
}

export interface Result extends Outcome {
  readonly pairs: readonly SelectedPair[];
  /** What the widgets did, line by line, for whoever has to find out why. */
  readonly tale: string;
}

/** How often each of both writes, ms. */
const WRITES_EVERY = 500;
/** How many messages of each the other must have before the fault begins, and get after it is over. */
const BEFORE = 6;
const AFTER = 6;
const LINKED_WITHIN = 20_000;
/** How long it may take until everything is as it was before, ms. */
const RECOVERED_WITHIN = 60_000;

/** Plays a scenario with two people who write all the time, and measures what each of them saw. */
export async function play(scenario: Scenario, browsers: readonly [BrowserName, BrowserName]): Promise<Result> {
  const lab = await Lab.set({ ...scenario.network, history: scenario.history, browsers });
  let begun = Date.now();
  try {
    scenario.from?.(lab.people);
    await lab.enter();
    await both(lab, (person) => person.sees(scenario.path, LINKED_WITHIN));
    await both(lab, (person) => person.write(WRITES_EVERY));
    await both(lab, (person) => receivesMore(person, BEFORE));
    const times = await inflict(lab.people, scenario.fault);
    begun = times.begun;
    await both(lab, (person) => person.sees(scenario.path, RECOVERED_WITHIN));
    await both(lab, (person) => receivesMore(person, AFTER));
    const pairs = (await both(lab, (person) => person.selectedPairs())).flat();
    const written = await both(lab, (person) => person.rest());
    await both(lab, (person) => holdsAll(person, written.flat()));
    const course: Course = {
      ...times,
      path: scenario.path,
      sides: await both(lab, async (person) => ({
        written: await person.rest(),
        conversation: await person.conversation(),
        events: await person.events(),
      })),
    };
    return { ...measure(course), pairs, tale: await tell(lab, begun) };
  } catch (error) {
    throw new Error(`${scenario.name}: ${error instanceof Error ? error.message : error}\n${await tell(lab, begun)}`);
  } finally {
    await lab.clear();
  }
}

async function inflict(people: readonly [Person, Person], fault: Fault | undefined) {
  const begun = Date.now();
  fault?.begin(people);
  await pass(fault?.lasts ?? 0);
  const until = Date.now();
  fault?.end?.(people);
  return { begun, until, healed: fault?.end ? until : begun };
}

async function both<T>({ people: [a, b] }: Lab, act: (person: Person) => Promise<T>): Promise<readonly [T, T]> {
  return Promise.all([act(a), act(b)]);
}

async function receivesMore(person: Person, count: number): Promise<void> {
  const before = (await received(person)).length;
  await eventually(async () => {
    const now = (await received(person)).length;
    if (now < before + count) throw new Error(`${person.name} got ${now - before} of ${count} more messages`);
  }, RECOVERED_WITHIN);
}

/** Waits until everything written is shown; what is still missing after that is lost, and measured as lost. */
async function holdsAll(person: Person, texts: readonly string[]): Promise<void> {
  await eventually(async () => {
    const seen = new Set(await person.conversation());
    if (texts.some((text) => !seen.has(text))) throw new Error('not all');
  }, RECOVERED_WITHIN).catch(() => undefined);
}

async function received(person: Person): Promise<string[]> {
  return (await person.events()).flatMap((event) => (event.type === 'received' ? [event.text] : []));
}

async function tell({ people }: Lab, begun: number): Promise<string> {
  const tales = people.map(async (person) => {
    const events = await person.events();
    const lines = events
      .filter(({ type }) => type !== 'wrote' && type !== 'received')
      .map(
        ({ at, type, ...rest }) => `  ${((at - begun) / 1_000).toFixed(2)} ${type} ${Object.values(rest).join(' ')}`,
      );
    return `${person.name}, at last ${pathNow(events)}:\n${lines.join('\n')}`;
  });
  return (await Promise.all(tales)).join('\n');
}
