import type { Engine, EngineProxy } from '../../../server/engines/engine.ts';

/** An engine behind Faye's own proxy, as the relay drives it. */
export interface EngineUnderTest {
  readonly proxy: EngineProxy;
  /** What our own engines can do besides; undefined for Faye's. */
  readonly engine: Engine | undefined;
  close(): void | Promise<void>;
}

export interface EngineKind {
  readonly name: string;
  /** @param timeout seconds for which a connect is held; a silent client lives twice as long */
  make(timeout: number): EngineUnderTest | Promise<EngineUnderTest>;
  /** It has sinks, and all else that engines/engine.ts asks for beyond Faye's contract. */
  readonly isOurs: boolean;
  /** What one turn of the event loop publishes is written at its end: it takes no way through another process. */
  readonly isImmediate: boolean;
  /** Several of them on one Redis are one. */
  readonly isDistributed: boolean;
}
