import { expect } from 'chai';
import sinon from 'sinon';
import { createFaye } from '../../../server/bayeux/faye.ts';
import type { Engine, EngineProxy } from '../../../server/engines/engine.ts';
import { textFrame } from '../../../server/engines/frame.ts';
import { MemoryEngine } from '../../../server/engines/memory.ts';
import { RedisEngine } from '../../../server/engines/redis.ts';
import { Turn } from '../../../server/engines/turn.ts';
import { topicOf } from '../../../server/redis/keys.ts';

describe('the memory engine', () => {
  it('[ENG-14] a client for whom too much waits is destroyed, and the others are not', () => {
    const onCut = sinon.spy();
    const turn = new Turn();
    const { proxy, engine } = createFaye((made) => new MemoryEngine(made, { turn, queueBytes: 1_000, onCut }), 10);
    const [absent, present] = [create(proxy), create(proxy)];
    for (const id of [absent, present]) proxy.subscribe(id, '/x');
    const write = sinon.spy();
    engine.attach(present, { write });
    for (let n = 0; n < 20; n += 1) {
      proxy.publish({ channel: '/x', data: 'x'.repeat(100) });
      turn.end();
      expect(engine.queuedBytes()).to.be.at.most(1_000);
    }
    expect([exists(engine, absent), exists(engine, present)]).to.deep.equal([false, true]);
    expect([onCut.callCount, write.callCount]).to.deep.equal([1, 20]);
    engine.disconnect();
  });

  it('[ENG-9] a channel that a turn brings more than 128 KiB does not wait for its end', () => {
    const turn = new Turn();
    const onFlush = sinon.spy();
    const { proxy, engine } = createFaye((made) => new MemoryEngine(made, { turn, queueBytes: 1e6, onFlush }), 10);
    const id = create(proxy);
    proxy.subscribe(id, '/x');
    const frames: number[] = [];
    engine.attach(id, { write: (frame) => frames.push(frame.length) });
    for (let n = 0; n < 10; n += 1) proxy.publish({ channel: '/x', data: 'x'.repeat(30_000) });
    expect(frames).to.have.length(2);
    turn.end();
    expect(onFlush.args.map(([deliveries]) => deliveries)).to.deep.equal([5, 5]);
    engine.disconnect();
  });

  it('[ENG-15] frames have the head that RFC 6455 gives their length', () => {
    for (const [length, head] of [
      [0, 2],
      [125, 2],
      [126, 4],
      [65_535, 4],
      [65_536, 10],
    ] as const) {
      const frame = textFrame('x'.repeat(length));
      expect(frame.length).to.equal(head + length);
      expect(frame[0]).to.equal(0x81);
      const said = head === 2 ? frame[1] : head === 4 ? frame.readUInt16BE(2) : Number(frame.readBigUInt64BE(2));
      expect(said).to.equal(length);
      expect(frame.subarray(head).toString()).to.equal('x'.repeat(length));
    }
    expect(textFrame('ü€😀').subarray(2).toString()).to.equal('ü€😀');
    expect(textFrame('ü€😀')[1]).to.equal(9);
  });
});

describe('the engine of many processes', () => {
  it('[RED-16] listens to a room’s topic as long as a client here is subscribed to any of its channels', () => {
    const bus = { hear: () => true as const, tell: () => true };
    const made: RedisEngine[] = [];
    const { proxy } = createFaye((given) => {
      const engine = new RedisEngine(given, bus, new MemoryEngine(given, { turn: new Turn(), queueBytes: 1_000 }));
      made.push(engine);
      return engine;
    }, 10);
    const [a, b] = [create(proxy), create(proxy)];
    const listens = () => made.map((engine) => engine.listensTo(topicOf('/rooms/lobby')));
    expect(listens()).to.deep.equal([false]);
    for (const id of [a, a, b]) proxy.subscribe(id, '/rooms/lobby');
    proxy.subscribe(b, '/rooms/lobby/presence');
    proxy.subscribe(a, '/rooms/other');
    proxy.unsubscribe(a, '/rooms/lobby');
    proxy.unsubscribe(b, '/rooms/lobby');
    expect(listens()).to.deep.equal([true]);
    proxy.destroyClient(b);
    expect(listens()).to.deep.equal([false]);
    proxy.close();
  });
});

function create(proxy: EngineProxy): string {
  let id = '';
  proxy.createClient((made) => {
    id = made;
  });
  return id;
}

function exists(engine: Engine, id: string): boolean {
  let found = false;
  engine.clientExists(id, (exists) => {
    found = exists;
  });
  return found;
}
