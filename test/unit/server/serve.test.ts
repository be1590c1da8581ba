import { EventEmitter } from 'node:events';
import { expect } from 'chai';
import sinon from 'sinon';
import type { WebSocket } from 'ws';
import type { Front } from '../../../server/bayeux/front.ts';
import { serve } from '../../../server/bayeux/serve.ts';
import type { Socket } from '../../../server/bayeux/socket.ts';
import { TurnBudget } from '../../../server/bayeux/turn-budget.ts';
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

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('a socket', () => {
  const answers: ((replies: readonly object[]) => void)[] = [];

  const open = (budget = new TurnBudget()) => {
    answers.length = 0;
    const ws = new FakeSocket();
    const receive = sinon
      .stub()
      .callsFake((messages: readonly unknown[]) =>
        messages.map(() => new Promise<readonly object[]>((resolve) => answers.push(resolve))),
      );
    const [front, socket] = [{ receive }, { reply: sinon.spy(), answerHeartbeat: sinon.spy() }];
    const ports = { front: front as unknown as Front, metrics: createMetrics(), budget };
    serve(ws as unknown as WebSocket, socket as unknown as Socket, ports);
    const message = { channel: '/rooms/lobby', clientId: 'c', data: {} };
    const send = (count: number) =>
      ws.emit('message', JSON.stringify(Array.from({ length: count }, () => message)), false);
    return { ws, send, acted: () => receive.args.flatMap(([messages]) => messages).length };
  };
  const answer = async (count: number, reply: object = { successful: true }) => {
    for (const resolve of answers.splice(0, count)) resolve([reply]);
    await turn();
    await turn();
  };

  it('[WIRE-13] is read no further while over 256 of its messages wait, until half of them are answered', async () => {
    const { ws, send, acted } = open();
    for (let times = 0; times < 8; times += 1) send(32);
    expect([acted(), ws.isPaused]).to.deep.equal([256, false]);
    await turn();
    send(1);
    expect(ws.isPaused).to.equal(true);
    send(32);
    await answer(128);
    expect([acted(), ws.isPaused]).to.deep.equal([257, true]);
    await answer(1);
    expect([acted(), ws.isPaused], 'what had been read already comes first').to.deep.equal([289, false]);
  });

  it('[LIM-12] a turn acts on 256 messages of all sockets, and on a frame of each in any case', async () => {
    const budget = new TurnBudget();
    const [busy, calm] = [open(budget), open(budget)];
    for (let times = 0; times < 16; times += 1) busy.send(20);
    expect([busy.acted(), busy.ws.isPaused]).to.deep.equal([260, true]);
    calm.send(1);
    calm.send(1);
    expect(calm.acted()).to.equal(1);
    await turn();
    await turn();
    expect(calm.acted()).to.equal(2);
  });

  it('[LIM-12] one that was told 128 times in a row that it is too fast is not read for a second', async () => {
    const clock = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { ws, send, acted } = open();
    const sendAll = () => {
      for (let times = 0; times < 4; times += 1) send(32);
    };
    sendAll();
    await answer(127, { successful: false, error: '429::too fast' });
    await answer(1);
    expect(ws.isPaused).to.equal(false);
    sendAll();
    await answer(128, { successful: false, error: '429::too fast' });
    expect(ws.isPaused).to.equal(true);
    send(5);
    clock.tick(999);
    await turn();
    expect([acted(), ws.isPaused]).to.deep.equal([256, true]);
    clock.tick(1);
    await turn();
    expect([acted(), ws.isPaused]).to.deep.equal([261, false]);
    clock.restore();
  });
});
