import { expect } from 'chai';
import { frameText, textFrame } from '../../../server/engines/frame.ts';
import { AckFilter } from '../../support/balancer/ack-filter.ts';

const UPGRADED = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n';
const ACK = { channel: '/rooms/lobby', id: '1', successful: true };
const JOIN = { channel: '/meta/subscribe', id: '2', successful: true, subscription: '/rooms/lobby' };
const MESSAGE = { channel: '/rooms/lobby', data: { text: 'long'.repeat(10_000) } };

function frames(...batches: readonly (readonly object[])[]): Buffer {
  return Buffer.concat(batches.map((batch) => textFrame(JSON.stringify(batch))));
}

describe('a network that loses acknowledgements', () => {
  it('[CHAOS-1] takes them out of what a WebSocket brings, however it is cut, and nothing else', () => {
    const sent = Buffer.concat([Buffer.from(UPGRADED), frames([ACK, MESSAGE], [ACK], [], [JOIN])]);
    const expected = Buffer.concat([Buffer.from(UPGRADED), frames([MESSAGE], [], [JOIN])]);
    for (const size of [sent.length, 1_000, 1]) {
      const filter = new AckFilter(() => true);
      const passed: Buffer[] = [];
      for (let at = 0; at < sent.length; at += size) passed.push(...filter.pass(sent.subarray(at, at + size)));
      expect(Buffer.concat(passed).equals(expected), `in pieces of ${size}`).to.equal(true);
    }
  });

  it('[CHAOS-1] leaves those that are not lost, and answers to POSTs', () => {
    const kept = new AckFilter(() => false);
    const [, frame] = kept.pass(Buffer.concat([Buffer.from(UPGRADED), frames([ACK])]));
    expect(JSON.parse(frameText(frame ?? Buffer.alloc(0)))).to.deep.equal([ACK]);
    const answer = Buffer.from(`HTTP/1.1 200 OK\r\n\r\n${JSON.stringify([ACK])}`);
    expect(Buffer.concat(new AckFilter(() => true).pass(answer)).equals(answer)).to.equal(true);
  });
});
