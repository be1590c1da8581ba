import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { eventually, within } from '../../support/eventually.ts';
import { at, type RawClient, type RunningRelay, startRelay } from './bayeux-client.ts';
import type { Command, Sight } from './crowd.ts';
import { joined } from './replica.ts';

const MEMBERS = 1_000;
const REMAINING = 40;
const SPEAKERS = 20;
const MESSAGES = 5;
const HALL = '/rooms/hall';
/** What a frame that names 50 who came and 200 who left takes at most, with names of 10 characters. */
const CROWD_BYTES = 13_000;

describe('big rooms', () => {
  let running: RunningRelay;
  let child: ChildProcess;

  beforeEach(async () => {
    running = await startRelay();
    const path = fileURLToPath(new URL('./crowd.ts', import.meta.url));
    child = fork(path, { execArgv: ['--import=tsx'] });
  });

  afterEach(async () => {
    child.disconnect();
    await running.relay.close();
  });

  const tell = async (command: Command): Promise<readonly Sight[]> => {
    const answer = once(child, 'message');
    child.send(command);
    return (await within(answer, 40_000, command.type))[0] as readonly Sight[];
  };
  const report = () => tell({ type: 'report' });

  it('[CROWD-5] 1,000 join one room, chat and leave: frames grow with members and seconds, and nothing is lost', async function () {
    this.timeout(120_000);
    const started = performance.now();
    const seconds = () => (performance.now() - started) / 1000;
    await tell({ type: 'enter', url: running.url, room: 'hall', clients: MEMBERS });
    await eventually(async () => {
      for (const { count } of await report()) expect(count).to.equal(MEMBERS);
    }, 10_000);

    await tell({ type: 'chat', speakers: SPEAKERS, messages: MESSAGES });
    const heard = await eventually(async () => {
      const sights = await report();
      for (const { texts } of sights) expect(texts.length).to.be.at.least(SPEAKERS * MESSAGES);
      return sights;
    }, 30_000);
    const [{ texts: order } = { texts: [] }] = heard;
    expect(new Set(order).size).to.equal(SPEAKERS * MESSAGES);
    for (const { texts } of heard) expect(texts).to.deep.equal(order);
    expectBounded(heard, seconds());

    await tell({ type: 'leave', remaining: REMAINING });
    const left = await eventually(async () => {
      const sights = await report();
      for (const { count } of sights) expect(count).to.equal(REMAINING);
      return sights;
    }, 20_000);
    const everybody = left.map(({ replica }) => replica);
    for (const { known } of left) expect(known).to.have.members(everybody);
    expectBounded(left, seconds());
  });

  it('[CROWD-3] [CROWD-4] a member with a key in a big room: the count is right from the start, typing goes nowhere', async () => {
    await tell({ type: 'enter', url: running.url, room: 'hall', clients: 120 });
    const [anna, reply, annas] = await joined(running.url, 'hall');
    expect([reply.count, reply.members.length]).to.deep.equal([121, 50]);
    await tell({ type: 'enter', url: running.url, room: 'hall', clients: 122 });
    await anna.subscribe(`${HALL}/presence`);
    const [first] = await anna.on(`${HALL}/presence`, 1);
    expect([at(first, 'kind'), at(first, 'count')]).to.deep.equal(['crowd', 123]);
    const [ben] = await joined(running.url, 'hall');
    await ben.subscribe(`${HALL}/presence`);
    const typed = await anna.publish(`${HALL}/presence`, { v: 1, kind: 'typing', on: true });
    expect(typed.successful).to.equal(true);
    await anna.publish(HALL, { v: 1, entry: annas.entry('hall', 'hi') });
    await ben.on(HALL, 1);
    expect(kindsOf(ben)).not.to.include('typing');
    for (const client of [anna, ben]) client.close();
  });
});

/** At most 100 joins and leaves each way, then one crowd frame a second and the last ones, that name who left. */
function expectBounded(sights: readonly Sight[], seconds: number): void {
  for (const { singles, crowds } of sights) {
    expect(singles).to.be.at.most(2 * 100);
    expect(crowds).to.be.at.most(seconds + 1 + MEMBERS / 200);
  }
  const sum = (pick: (sight: Sight) => number) => sights.reduce((total, sight) => total + pick(sight), 0);
  expect(sum(({ singles, crowds }) => singles + crowds)).to.be.at.most(MEMBERS * (seconds + 6) + 100 * 100);
  expect(sum(({ presenceBytes }) => presenceBytes)).to.be.at.most(MEMBERS * (seconds + 6) * CROWD_BYTES);
}

function kindsOf(client: RawClient): readonly unknown[] {
  return client.heard.map(({ data }) => at(data, 'kind'));
}
