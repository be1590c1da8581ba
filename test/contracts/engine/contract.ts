import { distributedContract } from './distributed.ts';
import { fayeContract } from './faye.ts';
import type { EngineKind } from './kind.ts';
import { sinkContract } from './sinks.ts';
import { turnContract } from './turns.ts';

/** All that an engine of this kind must do. */
export function engineContract(kind: EngineKind): void {
  describe(`engine contract: ${kind.name}`, () => {
    fayeContract(kind);
    if (kind.isOurs) sinkContract(kind);
    if (kind.isImmediate) turnContract(kind);
    if (kind.isDistributed) distributedContract(kind);
  });
}
