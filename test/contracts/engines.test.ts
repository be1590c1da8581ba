import StockServer from 'faye/src/protocol/server.js';
import { createFaye } from '../../server/bayeux/faye.ts';
import type { EngineProxy } from '../../server/engines/engine.ts';
import { MemoryEngine } from '../../server/engines/memory.ts';
import { Turn } from '../../server/engines/turn.ts';
import { engineContract, sinkContract } from './engine.ts';

function memory(timeout: number) {
  const turn = new Turn();
  const { proxy, engine, close } = createFaye(
    (made) => new MemoryEngine(made, { turn, queueBytes: 1024 * 1024 }),
    timeout,
  );
  return { proxy, engine, close };
}

/** Faye's own engine: what it passes is Faye's contract and not our idea of it. */
function stock(timeout: number) {
  const server = new StockServer({ timeout });
  const proxy = Reflect.get(server, '_engine') as EngineProxy;
  return { proxy, close: () => server.close() };
}

engineContract('memory', memory);
sinkContract('memory', memory);
engineContract('faye’s own', stock);
