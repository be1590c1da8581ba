import { EventEmitter } from 'node:events';
import { expect } from 'chai';
import sinon, { type SinonFakeTimers } from 'sinon';
import type { WebSocket } from 'ws';
import { HEARTBEAT, Heartbeat, IDLE_MS } from '../../../server/bayeux/heartbeat.ts';
import type { Session } from '../../../server/bayeux/sessions.ts';
import { Socket } from '../../../server/bayeux/socket.ts';
import { Turn } from '../../../server/engines/turn.ts';

describe('the heartbeat', () => {
  let clock: SinonFakeTimers;
  let heartbeat: Heartbeat;

  beforeEach(() => {
    clock = sinon.useFakeTimers();
    heartbeat = new Heartbeat();
  });

  afterEach(() => {
    heartbeat.stop();
    clock.restore();
  });

  /** A socket that was opened now, on a `ws` that is only watched. */
  const open = (session?: Session) => {
    const ws = Object.assign(new EventEmitter(), {
      ...{ readyState: 1, OPEN: 1, ping: sinon.spy(), close: sinon.spy(), terminate: sinon.spy() },
    });
    const socket = new Socket(
      ws as unknown as WebSocket,
      new (class extends EventEmitter {})() as never,
      { guests: true, address: undefined },
      new Turn(),
      () => undefined,
    );
    socket.session = session;
    heartbeat.watch(ws as unknown as WebSocket, socket);
    return { ws, socket };
  };
  const session = {} as Session;

  it('[WIRE-11] a silent socket is asked once and then cut; any sign of life starts anew', () => {
    const { ws } = open(session);
    clock.tick(HEARTBEAT.ask - 1);
    expect(ws.ping.callCount).to.equal(0);
    clock.tick(HEARTBEAT.sweep);
    clock.tick(HEARTBEAT.sweep);
    expect(ws.ping.callCount).to.equal(1);
    for (const sign of ['pong', 'message', 'ping']) {
      ws.emit(sign);
      clock.tick(HEARTBEAT.dead - HEARTBEAT.sweep);
      expect(ws.terminate.callCount, sign).to.equal(0);
    }
    expect(ws.ping.callCount).to.equal(4);
    clock.tick(2 * HEARTBEAT.sweep);
    expect(ws.terminate.callCount).to.be.greaterThan(0);
  });

  it('[WIRE-11] hundreds that fall silent together are asked over half a second, not in one turn', () => {
    const all = Array.from({ length: 400 }, () => open(session));
    const asked = () => all.filter(({ ws }) => ws.ping.callCount > 0).length;
    clock.tick(HEARTBEAT.ask - 1);
    let most = 0;
    for (let ms = 0; ms <= HEARTBEAT.sweep; ms += 1) {
      const before = asked();
      clock.tick(1);
      most = Math.max(most, asked() - before);
    }
    expect(asked()).to.equal(400);
    expect(most).to.be.within(1, 40);
  });

  it('[WIRE-11] one that has closed is not asked', () => {
    const { ws } = open(session);
    ws.emit('close');
    clock.tick(2 * HEARTBEAT.dead);
    expect([ws.ping.callCount, ws.terminate.callCount]).to.deep.equal([0, 0]);
  });

  it('[WIRE-12] a socket that carries no session is closed after 12 s, however alive it is', () => {
    const [idle, used] = [open(), open(session)];
    const beat = () => {
      for (const { ws } of [idle, used]) ws.emit('pong');
    };
    for (let ms = 0; ms < IDLE_MS - 2_000; ms += 2_000, clock.tick(2_000)) beat();
    expect(idle.ws.close.callCount).to.equal(0);
    beat();
    clock.tick(2_000 + HEARTBEAT.sweep);
    expect(idle.ws.close.firstCall.args[0]).to.equal(1008);
    used.socket.session = undefined;
    const before = used.ws.close.callCount;
    for (let ms = 0; ms < IDLE_MS - 2_000; ms += 2_000, clock.tick(2_000)) beat();
    expect([before, used.ws.close.callCount]).to.deep.equal([0, 0]);
    beat();
    clock.tick(2_000 + HEARTBEAT.sweep);
    expect(used.ws.close.callCount).to.be.greaterThan(0);
  });
});
