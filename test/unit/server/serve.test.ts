import { EventEmitter } from 'node:events';
import { expect } from 'chai';
import sinon from 'sinon';
import type { WebSocket } from 'ws';
import type { Front } from '../../../server/bayeux/front.ts';
import { serve } from '../../../server/bayeux/serve.ts';
import type { Socket } from '../../../server/bayeux/socket.ts';
import { createMetrics } from '../../../server/observe/metrics.ts';

/** As much of a WebSocket as `serve` uses. */
class FakeSocket extends EventEmitter {
  isPaused = false;

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }
}

describe('a socket', () => {
  it('[WIRE-13] is read no further while over 256 of its messages wait, until half of them are answered', async () => {
    const ws = new FakeSocket();
    const waiting: (() => void)[] = [];
    const receive = sinon
      .stub()
      .callsFake((messages: readonly unknown[]) =>
        messages.map(() => new Promise<readonly []>((resolve) => waiting.push(() => resolve([])))),
      );
    const [front, socket] = [{ receive }, { reply: sinon.spy(), answerHeartbeat: sinon.spy() }];
    serve(ws as unknown as WebSocket, socket as unknown as Socket, front as unknown as Front, createMetrics());
    const message = { channel: '/rooms/lobby', clientId: 'c', data: {} };
    const send = (count: number) =>
      ws.emit('message', JSON.stringify(Array.from({ length: count }, () => message)), false);
    for (let times = 0; times < 8; times += 1) send(32);
    expect([waiting.length, ws.isPaused]).to.deep.equal([256, false]);
    send(1);
    expect(ws.isPaused).to.equal(true);
    const answer = async (count: number) => {
      for (const resolve of waiting.splice(0, count)) resolve();
      await Promise.resolve();
    };
    await answer(128);
    expect(ws.isPaused).to.equal(true);
    await answer(1);
    expect(ws.isPaused).to.equal(false);
  });
});
