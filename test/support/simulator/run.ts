import type { SimulatedClient } from './client.ts';
import { perform } from './faults.ts';
import { judge } from './judge.ts';
import { type Schedule, scheduleOf } from './schedule.ts';
import { RunawayError, World } from './world.ts';

/** Time a whole world is given to come to rest, ms. */
const REST_WITHIN = 200_000;
const LOOK_EVERY = 500;
/** Time for acks and what else is batched, once nothing is waiting, ms. */
const AFTERMATH = 3_000;

/** Runs a schedule, makes the world whole, lets it come to rest; gives what is wrong then. */
export function run(schedule: Schedule, attend: (world: World) => void = () => undefined): readonly string[] {
  const world = new World(schedule.world);
  attend(world);
  try {
    for (const client of world.clients) client.connect();
    for (const { action, ms } of schedule.steps) {
      perform(world, action);
      world.time.advance(ms);
    }
    heal(world);
  } catch (error) {
    if (error instanceof RunawayError) return [...world.watch.complaints, error.message];
    throw error;
  }
  // What clients hold themselves counts too: a number may stand for two entries that never met.
  for (const { state } of world.clients) for (const { entry } of state.log.order) world.watch.taken(entry);
  return world.watch.excused ? [] : judge(world);
}

/** What is left of a failing schedule without the steps, clients and faults that it does not need. */
export function shrink(schedule: Schedule): Schedule {
  const fails = (smaller: Schedule) => run(smaller).length > 0;
  let least = schedule;
  for (let size = least.steps.length >> 1; size >= 1; size >>= 1) {
    for (let at = least.steps.length - size; at >= 0; at -= 1) {
      const smaller = { ...least, steps: [...least.steps.slice(0, at), ...least.steps.slice(at + size)] };
      if (smaller.steps.length < least.steps.length && fails(smaller)) least = smaller;
    }
  }
  for (const change of [{ clockError: 0 }, { withoutRtc: 0 }, { clients: 2 }, { clients: 3 }, { clients: 4 }]) {
    const smaller = { ...least, world: { ...least.world, ...change } };
    if ((smaller.world.clients ?? 0) <= least.world.clients && fails(smaller)) least = smaller;
  }
  return least;
}

/** A failing seed, told so that it can be understood and run again. */
export function report(seed: number): string {
  const least = shrink(scheduleOf(seed));
  const steps = least.steps.map(({ action, ms }) => `  ${JSON.stringify(action)} then ${ms} ms`);
  return [
    `seed ${seed} in ${JSON.stringify(least.world)}`,
    ...steps,
    'ends with',
    ...run(least).map((line) => `  ${line}`),
  ].join('\n');
}

function heal(world: World): void {
  world.partition(undefined);
  world.noise.drop = 0;
  world.noise.duplicate = 0;
  world.ackLoss = 0;
  world.linksAllowed = true;
  world.relay.up = true;
  world.relay.refusing = undefined;
  for (const client of world.clients) {
    client.answers = 0;
    client.restart();
    client.enter();
    // What a living connection has swallowed is found when it is replaced.
    if (client.connection?.leaked) client.connection.break();
    client.reconnect();
  }
  for (let passed = 0; passed < REST_WITHIN && !isAtRest(world); passed += LOOK_EVERY) {
    for (const client of world.clients) if (client.awake && client.state.phase === 'left') client.enter();
    for (const { state, dispatch } of failures(world)) for (const key of state) dispatch(key);
    world.time.advance(LOOK_EVERY);
  }
  world.time.advance(AFTERMATH);
}

/** Visitors press Retry on all that failed. */
function failures(world: World) {
  return world.clients.map((client) => ({
    state: client.state.outbox.filter(({ phase }) => phase === 'failed').map(({ draft }) => draft),
    dispatch: (key: string) => client.dispatch({ type: 'retried', key }),
  }));
}

function isAtRest(world: World): boolean {
  const [first] = world.clients;
  const logged = new Set(world.relay.log.frames.map(({ entry }) => entry.id));
  const kept = first?.state.log.order.every(({ entry }) => logged.has(entry.id) || world.relay.refused.has(entry.id));
  return (
    world.meshed &&
    world.relay.count === world.clients.length &&
    (world.relay.options.history === 0 || kept === true) &&
    world.clients.every(
      (client) => client.awake && client.joined && client.state.outbox.length === 0 && holdSame(client, first),
    )
  );
}

function holdSame(one: SimulatedClient, other: SimulatedClient | undefined): boolean {
  const [mine, theirs] = [one.state.log.order, other?.state.log.order ?? []];
  return mine.length === theirs.length && mine.every(({ entry }, i) => entry.id === theirs[i]?.entry.id);
}
