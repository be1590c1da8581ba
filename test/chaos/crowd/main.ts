import { installBrowserParts } from '../../support/browser-parts.ts';
import type { Answer, Ask } from './calls.ts';
import { Visitor } from './visitor.ts';

/** A part of the crowd, in a process of its own. Bundled and run by crowd-process.ts. */
const TURN_MS = 10;
/** Visitors that enter at once. */
const ENTERING = 10;

installBrowserParts();
const visitors = new Map<string, Visitor>();
let stretch = 0;
let perSecond = 0;
let owed = 0;
let turn = 0;
let before = performance.now();

setInterval(() => {
  const now = performance.now();
  owed += ((now - before) * perSecond) / 1_000;
  before = now;
  const all = [...visitors.values()];
  for (; owed >= 1 && all.length > 0; owed -= 1) {
    all[turn % all.length]?.say();
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
      for (let from = 0; from < ask.visitors.length; from += ENTERING) {
        const some = await Promise.all(ask.visitors.slice(from, from + ENTERING).map((one) => Visitor.enter(one)));
        for (const visitor of some) {
          visitor.witness.begin(stretch);
          visitors.set(visitor.name, visitor);
        }
      }
      return null;
    case 'leave':
      await Promise.all(ask.names.map((name) => visitors.get(name)?.leave()));
      for (const name of ask.names) visitors.delete(name);
      return null;
    case 'begin':
      stretch = ask.stretch;
      for (const { witness } of visitors.values()) witness.begin(stretch);
      return null;
    case 'speak':
      perSecond = ask.perSecond;
      owed = 0;
      return null;
    case 'progress':
      return [...visitors.values()].map(({ witness }) => witness.progress());
    case 'testify':
      return [...visitors.values()].map(({ witness }) => witness.testify(ask.since));
  }
}
