import { randomInt } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { seeded } from '../../support/simulator/random.ts';
import { mutate } from './mutate.ts';

/** Something that reads what others wrote. To fuzz one more, add one more of these to a test file beside this one. */
export interface Target {
  /** Of the title: what is read, such as `frames`. */
  readonly what: string;
  /** Inputs that are read without a refusal: half of all that is tried is one of them with some bytes changed. */
  readonly valid: readonly string[];
  /** Makes the other half. */
  readonly made: fc.Arbitrary<string>;
  /** Reads an input and throws where that throws, or where what came of it breaks a promise. */
  read(input: string): void;
}

/** Inputs of each kind, mutated and made; what one may take, ms; how long all may. */
const EACH = 50_000;
const SLOW_MS = 100;
const ALL_MS = 120_000;
/** Tries of an input that was slow: once may be another process' doing, each time is the parser's. */
const TRIES = 3;

/** With FC_SEED the inputs are those of the run that printed it. */
const SEED = process.env.FC_SEED === undefined ? randomInt(2 ** 31) : Number(process.env.FC_SEED);

/** Declares the test of a target. It fails with the input, and the seed with which it comes again. */
export function fuzz({ what, valid, made, read }: Target): void {
  it(`[SEC-11] ${what}: ${2 * EACH} inputs, none throws, none takes ${SLOW_MS} ms (FC_SEED=${SEED})`, async function () {
    this.timeout(ALL_MS);
    for (const input of valid) attempt(read, input);
    const random = seeded(SEED);
    for (let n = 0; n < EACH; n += 1) {
      attempt(read, mutate(valid[n % valid.length] ?? '', valid, random));
      if (n % 1_000 === 0) await nextTurn();
    }
    for (let part = 0; part < 50; part += 1) {
      fc.assert(
        fc.property(made, (input) => attempt(read, input)),
        { numRuns: EACH / 50, seed: SEED + part },
      );
      await nextTurn();
    }
  });
}

function attempt(read: Target['read'], input: string): void {
  for (let tries = 1; ; tries += 1) {
    const started = performance.now();
    try {
      read(input);
    } catch (error) {
      throw new Error(`FC_SEED=${SEED}: ${JSON.stringify(input.slice(0, 2_000))}: ${String(error)}`, { cause: error });
    }
    const took = performance.now() - started;
    if (took < SLOW_MS) return;
    if (tries === TRIES) throw new Error(`FC_SEED=${SEED}: ${took} ms for ${JSON.stringify(input.slice(0, 2_000))}`);
  }
}
