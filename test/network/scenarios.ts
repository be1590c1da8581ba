import type { Fault as Break } from './lab/network.ts';
import type { Person } from './lab/person.ts';
import type { Fault, Scenario } from './lab/scenario.ts';

/** Entries that the relay keeps. Without them what is said goes by links alone while these live: the harder case. */
const KEPT = 1_000;
const SECOND = 1_000;

/** Both lines fail the same way. */
function onBoth(kind: Break, lasts: number): Fault {
  return {
    lasts,
    begin: (people) => failAll(people, kind),
    end(people) {
      for (const { home } of people) home.heal();
    },
  };
}

/** Ben's line fails. */
function onOne(kind: Break, lasts: number): Fault {
  return { lasts, begin: ([, ben]) => ben.home.fail(kind), end: ([, ben]) => ben.home.heal() };
}

function failAll(people: readonly Person[], kind: Break): void {
  for (const { home } of people) home.fail(kind);
}

/** Nothing more than was there from the start. */
function nothingFor(seconds: number): Fault {
  return { lasts: seconds * SECOND, begin: () => undefined, end: () => undefined };
}

export const CLEAN: Scenario = { name: 'nothing', history: KEPT, path: 'direct', fault: nothingFor(5) };

export const LOSSY: Scenario = {
  name: '10% loss and 100 to 200 ms between the two',
  history: 0,
  // The way from one to the other goes over both lines.
  network: { quality: { delay: 75, jitter: 25, loss: 5 } },
  path: 'direct',
  fault: nothingFor(30),
};

export const UDP_FROM_THE_START: Scenario = {
  name: 'UDP blocked from the start',
  history: KEPT,
  from: (people) => failAll(people, 'udp'),
  path: 'relayed',
};

export const UDP_MID_CHAT: Scenario = {
  name: 'UDP blocked mid-chat for 15 s',
  history: 0,
  path: 'direct',
  fault: onOne('udp', 15 * SECOND),
};

/** Nothing passes, or nothing passes one way. */
export const BLACKHOLES: readonly Scenario[] = [3, 15, 60].flatMap((seconds): Scenario[] =>
  (
    [
      ['nothing passes', onBoth('blackhole', seconds * SECOND)],
      ['nothing reaches one of them', onOne('blackhole-in', seconds * SECOND)],
      ['nothing leaves one of them', onOne('blackhole-out', seconds * SECOND)],
    ] as const
  ).map(([what, fault]) => ({ name: `${what} for ${seconds} s`, history: 0, path: 'direct', fault, cutsRelay: true })),
);

export const THROUGH_TURN: readonly Scenario[] = [
  {
    name: 'both behind NATs that let nobody in',
    history: 0,
    network: { nat: true, turn: true },
    path: 'direct',
    candidates: 'relay',
  },
  {
    name: 'relayed candidates alone',
    history: 0,
    network: { turn: true, relayOnly: true },
    path: 'direct',
    candidates: 'relay',
  },
];

export const NEW_ADDRESS: Scenario = {
  name: 'a new address mid-chat',
  history: 0,
  path: 'direct',
  fault: { lasts: 15 * SECOND, begin: ([, ben]) => ben.home.moveAddress() },
  cutsRelay: true,
};

/** The same with a relay that keeps what is said. */
export function withHistory(scenario: Scenario): Scenario {
  return { ...scenario, history: KEPT };
}
