import { expect } from 'chai';
import { openPage } from '../../support/chromium.ts';
import { eventually } from '../../support/eventually.ts';
import { Stage } from './stage.ts';
import { Visitor } from './visitor.ts';

/** How often a thief asks by each transport. */
const TRIES = 3;

interface Loot {
  /** What came of connects, subscriptions and messages in the other's name. */
  readonly answers: readonly { readonly successful?: boolean; readonly error?: string }[];
  /** All that the page was sent. */
  readonly heard: string;
}

/** Runs in a page of the thief's: speaks for a session whose id is known, by a WebSocket and by POST, and listens. */
async function steal([relay, clientId, tries]: readonly [string, string, number]): Promise<Loot> {
  const frames: string[] = [];
  const connect = { channel: '/meta/connect', clientId, connectionType: 'websocket' };
  const subscribe = { channel: '/meta/subscribe', clientId, subscription: '/rooms/lobby' };
  const publish = { channel: '/rooms/lobby', clientId, data: { text: 'said by the thief' } };
  const socket = new WebSocket(`${relay.replace(/^http/, 'ws')}/bayeux`);
  await new Promise((resolve) => socket.addEventListener('open', resolve));
  socket.addEventListener('message', ({ data }) => frames.push(String(data)));
  for (let n = 0; n < tries; n += 1) {
    for (const message of [connect, subscribe, publish]) {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify([message]));
      const response = await fetch(`${relay}/bayeux`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify([{ ...message, ...(message === connect && { connectionType: 'long-polling' }) }]),
      });
      frames.push(await response.text());
    }
  }
  const answers = frames.flatMap((frame) => JSON.parse(frame) as Loot['answers']);
  return { answers, heard: frames.join('\n') };
}

describe('a stolen clientId', () => {
  let stage: Stage;

  afterEach(() => stage.clear());

  it('[WIRE-4] row 6: brings another page nothing, and its owner notices nothing', async () => {
    stage = await Stage.set({ browsers: 2, attributes: 'data-p2p="off"' });
    let clientId = '';
    let sockets = 0;
    const page = await openPage(stage.nextBrowser());
    page.on('websocket', (socket) => {
      sockets += 1;
      socket.on('framesent', ({ payload }) => {
        clientId = /"clientId":"([^"]+)"/.exec(String(payload))?.[1] ?? clientId;
      });
    });
    const bob = await Visitor.enterWith(page, stage.host.url, { name: 'Bob' });
    const ada = await stage.enter({ name: 'Ada' });
    for (const visitor of [ada, bob]) await visitor.sees('relayed');
    await eventually(() => expect(clientId).to.not.equal(''));
    const thief = await openPage(stage.nextBrowser());
    await thief.goto(stage.host.url);
    const stealing = thief.evaluate(steal, [stage.relay.url, clientId, TRIES] as const);
    const texts = Array.from({ length: 10 }, (_, n) => `for the room alone ${n}`);
    for (const text of texts) await ada.say(text);
    const { answers, heard } = await stealing;
    expect(answers.length).to.be.at.least(3 * TRIES);
    for (const answer of answers) {
      expect(answer.successful, JSON.stringify(answer)).to.equal(false);
      expect(answer.error).to.match(/^401:/);
    }
    expect(heard).to.not.contain('for the room');
    await eventually(async () => expect(await bob.texts()).to.deep.equal(texts));
    await bob.say('still here');
    await ada.page.locator('.text', { hasText: 'still here' }).waitFor();
    expect(await ada.texts()).to.deep.equal([...texts, 'still here']);
    expect([sockets, await bob.path(), bob.errors]).to.deep.equal([1, 'relayed', []]);
  });
});
