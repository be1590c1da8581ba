import type { Patch } from '../../support/simulator/pool.ts';

/** The core, broken in one place. */
export interface Mutant {
  readonly name: string;
  readonly patches: readonly Patch[];
}

function mutant(name: string, file: string, from: string, to: string): Mutant {
  return { name, patches: [{ file: `widget/core/${file}`, from, to }] };
}

/** What every simulation of a log must find. */
export const CLASSICS: readonly Mutant[] = [
  mutant(
    'no dedupe: what came once comes again',
    'log.ts',
    `    if (known?.entry.id === entry.id) continue;
    if (known || hasSeq(have.get(entry.replica), entry.seq) || isRefuted(log, entry)) {
      again.push(logged);
      continue;
    }`,
    'void known;',
  ),
  mutant(
    'sent before it is stored',
    'sealing.ts',
    `  return emit(next, {
    type: 'persist',
    changes: [
      { type: 'meta', meta: metaOf(next.state) },
      { type: 'entries', entries: logged },
      { type: 'outgoing', items: ready },
    ],
    confirm: { drafts: fresh.map(({ draft }) => draft) },
  });`,
    `  const drafts = fresh.map(({ draft }) => draft);
  const changes = [
    { type: 'meta', meta: metaOf(next.state) },
    { type: 'entries', entries: logged },
    { type: 'outgoing', items: ready },
  ];
  return storedMine(emit(next, { type: 'persist', changes, confirm: { drafts } }), drafts, stamp);`,
  ),
  mutant('ack before it is stored', 'stored.ts', 'if (unstored.size === 0) return log.have;', 'return log.have;'),
  mutant(
    'numbers used again after a crash: the last one is not stored with what has it',
    'sealing.ts',
    `    changes: [
      { type: 'meta', meta: metaOf(next.state) },
      { type: 'entries', entries: logged },`,
    `    changes: [
      { type: 'entries', entries: logged },`,
  ),
  mutant(
    'an edit, delete or reaction whose target is not here yet is dropped',
    'log.ts',
    'noteAmendments(log.amendments, added)',
    `noteAmendments(log.amendments, added.filter(({ entry }) => {
      const { target } = JSON.parse(entry.payload);
      return target === undefined || all.some((other) => other.entry.id === target);
    }))`,
  ),
  mutant(
    'clocks of others are not merged',
    'receive.ts',
    'const clock = timely.reduce((seen, { entry }) => mergeClock(seen, entry.clock), state.clock);',
    'const clock = state.clock;',
  ),
];

/** Subtler breaks, most of them bugs that this simulator has found. */
export const SUBTLE: readonly Mutant[] = [
  mutant(
    'nothing is sent again when it is due',
    'deliver.ts',
    'resend(step, stamp, (item) => item.resendAt <= stamp.at)',
    'step',
  ),
  mutant(
    'the cursor passes a gap',
    'receive.ts',
    'if (offset === position.offset + 1) position',
    'if (offset > position.offset) position',
  ),
  mutant(
    'a hello is not answered with what its sender lacks',
    'catch-up.ts',
    '(next) => offer(next, replica, have),\n    (next) => (opened',
    '(next) => (opened',
  ),
  mutant(
    'catch-up gives what the store does not hold yet',
    'catch-up.ts',
    'return unstored.size === 0 ? entries :',
    'return unstored.size < 99 ? entries :',
  ),
  mutant(
    'a relay that lost its log is not given it',
    'restore.ts',
    '...given.map((logged) => giving(state, logged))',
    '',
  ),
  mutant('what has arrived stays in the outbox', 'deliver.ts', 'if (keepsHistory(state)) return item.relayed;', ''),
  mutant(
    'numbers go on after a reload without waiting for those who know better',
    'numbering.ts',
    '|| isWaiting(state, at)',
    '',
  ),
  mutant(
    'an unknown entry of one of mine is taken for nothing special',
    'receive.ts',
    '(next) => (unknown ? lost(next) : next),',
    '',
  ),
  mutant(
    'what was said before the store was rolled back is said again',
    'receive.ts',
    '(next) => settleSaid(next, added),',
    '',
  ),
  mutant(
    'a retry of what others hold is a new entry',
    'failing.ts',
    'const kept = entry ? { ...failed, entry } : failed;',
    'const kept = failed;',
  ),
  mutant(
    'who leaves half-way leaves members apart',
    'membership.ts',
    '    (next) => restoreLeft(next, [replica], stamp),\n    (next) => compareAfter(next, stamp),\n',
    '',
  ),
  mutant(
    'an ack takes back what others have said',
    'acks.ts',
    'delivered: held.reduce(addRange, delivered)',
    'delivered: ranges',
  ),
  mutant(
    'who finds two things under one number tells nobody',
    'receive.ts',
    '(next) => tellConflicts(next, refuted, via, occasion),',
    '',
  ),
  mutant(
    'the first of two things under one number stays',
    'log.ts',
    'const left = gone.size > 0 ? log.order.filter((logged) => !gone.has(logged)) : log.order;',
    'const left = log.order;',
  ),
];
