import { installBrowserParts } from '../../support/browser-parts.ts';
import type { Answer, Ask } from './calls.ts';
import { LightVisitor } from './light-visitor.ts';
import { Visitor } from './visitor.ts';

/** A part of the crowd, in a process of its own. Bundled and run by crowd-process.ts. */
const TURN_MS = 10;
/** Visitors that enter at once. */
const ENTERING = 10;

installBrowserParts();
const visitors: Visitor[] = [];
const light: LightVisitor[] = [];
let stretch = 0;
let perSecond = 0;
let owed = 0;
let turn = 0;
let before = performance.now();

setInterval(() => {
  const now = performance.now();
  owed += ((now - before) * perSecond) / 1_000;
  before = now;
  for (; owed >= 1 && visitors.length > 0; owed -= 1) {
    visitors[turn % visitors.length]?.say();
    turn += 1;
  }
}, TURN_MS);

process.on('disconnect', () => process.exit());
process.on('message', async (ask: Ask) => {
  const answer: Answer = { id: ask.id, answer: await act(ask) };
  process.send?.(answer);
});

async function act(ask: Ask): Promise<Answer['answer']> {
  switch (ask.call) {
    case 'enter':
      for (const some of groups(ask.visitors)) {
        visitors.push(...(await Promise.all(some.map((one) => Visitor.enter(one)))));
      }
      for (const { witness } of visitors) witness.begin(stretch);
      return null;
    case 'connect':
      for (const some of groups(ask.visitors)) {
        light.push(...(await Promise.all(some.map((one) => LightVisitor.enter(one)))));
      }
      return null;
    case 'returns':
      return light.map((visitor) => visitor.returned(ask.since));
    case 'begin':
      stretch = ask.stretch;
      for (const { witness } of visitors) witness.begin(stretch);
      return null;
    case 'say':
      for (let n = 0; n < ask.times; n += 1) visitors[n % visitors.length]?.say();
      return null;
    case 'speak':
      perSecond = ask.perSecond;
      owed = 0;
      return null;
    case 'progress':
      if (perSecond === 0) for (const visitor of visitors) await visitor.look();
      return visitors.map(({ witness }) => witness.progress());
    case 'testify':
      return visitors.map(({ witness }) => witness.testify(ask.since));
  }
}

function groups<T>(all: readonly T[]): readonly (readonly T[])[] {
  const count = Math.ceil(all.length / ENTERING);
  return Array.from({ length: count }, (_, n) => all.slice(n * ENTERING, (n + 1) * ENTERING));
}
