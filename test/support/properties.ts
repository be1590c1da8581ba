import fc from 'fast-check';

/**
 * Property tests draw a new seed each run and print it (fast-check does) when a case fails. To see that case again:
 * FC_SEED=<seed> npx mocha <file>. A seed that found a bug is pinned in its test by `examples`.
 */
const seed = process.env.FC_SEED === undefined ? undefined : Number(process.env.FC_SEED);
const runs = process.env.FC_RUNS === undefined ? 200 : Number(process.env.FC_RUNS);

fc.configureGlobal({ numRuns: runs, verbose: 1, ...(seed === undefined ? {} : { seed }) });
