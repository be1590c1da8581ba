/**
 * The one file that imports from inside faye. package.json pins faye 1.4.3 exactly; what is used:
 * `faye/src/protocol/server.js` (and through it the engine proxy and connection). Faye's NodeAdapter, which takes
 * HTTP and sockets, is not used: our own front does that, after the gate.
 */
/// <reference path="./faye-server.d.ts" />
import Server from 'faye/src/protocol/server.js';
import type { Delivery, Engine, EngineFactory, EngineProxy } from '../engines/engine.ts';
import type { BayeuxReply } from './replies.ts';

/** What Faye answers: replies, and after a /meta/connect the messages that waited. */
export type FayeAnswer = readonly [reply: BayeuxReply, ...deliveries: readonly Delivery[]];

export interface Faye {
  readonly engine: Engine;
  readonly proxy: EngineProxy;
  /** Runs one message that the gate let through. A /meta/connect is answered when its hold ends. */
  run(message: object): Promise<FayeAnswer>;
  close(): void;
}

/** Anything but null: null would mean a client inside this process, which may do everything. */
const REMOTE = {};

/** @param timeout seconds for which a /meta/connect is held */
export function createFaye(factory: EngineFactory, timeout: number): Faye {
  let made: { engine: Engine; proxy: EngineProxy } | undefined;
  const create = (proxy: EngineProxy) => {
    const engine = factory(proxy);
    made = { engine, proxy };
    return engine;
  };
  const server = new Server<EngineProxy>({ timeout, engine: { type: { create } } });
  if (!made) throw new Error('faye did not create its engine');
  return {
    ...made,
    // What comes back was made by Faye from a message that the gate had parsed.
    run: (message) =>
      new Promise((resolve) => server.process(message, REMOTE, (answer) => resolve(answer as unknown as FayeAnswer))),
    close: () => server.close(),
  };
}
