import { expect } from 'chai';
import fc from 'fast-check';
import type { SimulatedClient } from '../../support/simulator/client.ts';
import { World } from '../../support/simulator/world.ts';

/** What a schedule does in one slice of time. */
const action = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('compose' as const),
      who: fc.nat(5),
      count: fc.integer({ min: 1, max: 8 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('cut-relay' as const), who: fc.nat(5) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('join' as const), who: fc.nat(5) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('cut-links' as const),
      chance: fc.double({ min: 0.2, max: 1, noNaN: true }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('block-links' as const), allowed: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const), who: fc.nat(5) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('restart' as const), who: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('relay-restart' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('relay-down' as const), up: fc.boolean() }) },
);

const schedule = fc.record({
  seed: fc.integer(),
  clients: fc.integer({ min: 2, max: 5 }),
  // With history off only links bring what was said before one came, so there everyone can open them.
  room: fc.constantFrom(
    { history: 0, withoutRtc: 0 },
    { history: 1_000, withoutRtc: 0 },
    { history: 1_000, withoutRtc: 0.4 },
  ),
  clockError: fc.constantFrom(0, 3_600_000),
  ackLoss: fc.constantFrom(0, 0.3),
  slices: fc.array(fc.record({ action, ms: fc.integer({ min: 0, max: 4_000 }) }), { maxLength: 25 }),
});

describe('the room core under any schedule of faults', () => {
  it('[CORE-1] [CORE-2] [CORE-3] [DEL-1] loses nothing, shows nothing twice, converges, and never takes a status back', async () => {
    await fc.assert(
      fc.asyncProperty(schedule, async ({ seed, slices, ackLoss, room, ...options }) => {
        const world = new World(seed, { ...options, ...room });
        world.ackLoss = ackLoss;
        for (const { action: next, ms } of slices) {
          await perform(world, next);
          world.time.advance(ms);
        }
        await world.heal(150_000);
        const composed = world.clients.flatMap((client) => client.composed).sort();
        for (const client of world.clients) {
          expect(client.complaints).to.deep.equal([]);
          const numbers = client.state.log.order.map(({ entry }) => `${entry.replica} ${entry.seq}`);
          expect(new Set(numbers).size, `the log of ${client.name}`).to.equal(numbers.length);
          expect(texts(client).toSorted(), `what ${client.name} shows`).to.deep.equal(composed);
          expect(texts(client), `the order of ${client.name}`).to.deep.equal(texts(world.clients[0] ?? client));
          expect(client.state.outbox, `the outbox of ${client.name}`).to.deep.equal([]);
        }
      }),
    );
  });
});

async function perform(
  world: World,
  next: { readonly do: string; who?: number; count?: number; chance?: number; allowed?: boolean; up?: boolean },
) {
  const client = world.clients[(next.who ?? 0) % world.clients.length];
  if (!client) return;
  if (next.do === 'compose')
    for (let n = 0; n < (next.count ?? 1); n += 1)
      client.compose(`${client.name} says something at ${world.time.now}, ${n}, ${world.random()}`);
  else if (next.do === 'cut-relay') client.cutRelay();
  else if (next.do === 'join') client.joinRelay();
  else if (next.do === 'cut-links') world.cutLinks(next.chance ?? 1);
  else if (next.do === 'block-links') world.linksAllowed = next.allowed ?? true;
  else if (next.do === 'crash') client.crash();
  else if (next.do === 'restart') await client.restart();
  else if (next.do === 'relay-restart') world.relay.restartEmpty();
  else if (next.do === 'relay-down') {
    world.relay.up = next.up ?? false;
    if (!world.relay.up) for (const other of world.clients) other.cutRelay();
  }
}

function texts(client: SimulatedClient): string[] {
  return client.view().messages.map(({ text }) => text);
}
