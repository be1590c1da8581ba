import { expect } from 'chai';
import { eventually } from '../../support/eventually.ts';
import { Stage } from './stage.ts';

/** Row 31 of the threat list: a member whose page gives others what their friends have not said. */
describe('a page that forges what it gives others', () => {
  let stage: Stage;

  before(async () => {
    stage = await Stage.set({ browsers: 2, flags: ['--history=0'] });
  });
  after(() => stage.clear());

  it('[CERT-12] [SIG-3] is not believed: of its catch-up only what was signed is shown, and it is not linked with again', async () => {
    const ada = await stage.enter({ name: 'Ada' });
    const mallory = await stage.enter({ name: 'Mallory', before: forgeOnLinks });
    for (const visitor of [ada, mallory]) await visitor.sees('direct');
    await ada.say('the truth');
    await eventually(async () => expect(await mallory.texts()).to.deep.equal(['the truth']));
    await ada.close();
    const bob = await stage.enter({ name: 'Bob' });
    await eventually(async () => expect(await bob.texts()).to.deep.equal(['the truth']));
    await mallory.say('my own word');
    await eventually(async () => expect(await bob.texts()).to.deep.equal(['the truth', 'my own word']));
    await mallory.say('and another');
    await eventually(async () => expect((await bob.texts()).at(-1)).to.equal('and another'));
    expect(await bob.texts()).to.deep.equal(['the truth', 'my own word', 'and another']);
    const dropped = (await bob.observations()).filter(({ type }) => type === 'dropped');
    expect(dropped.map(({ code }) => code)).to.include.members(['bad_signature', 'bad_certificate']);
    await bob.sees('relayed');
    expect([...bob.errors, ...ada.errors].join()).to.equal('');
  });
});

/** Whatever entries its widget sends by a link, the page sends altered, re-attributed and badly certified as well. */
function forgeOnLinks(): void {
  const { send } = RTCDataChannel.prototype;
  RTCDataChannel.prototype.send = function (this: RTCDataChannel, text: never) {
    const frame = typeof text === 'string' ? JSON.parse(text) : {};
    const entries: { entry: Record<string, unknown> }[] = frame.entry ? [frame] : (frame.entries ?? []);
    const forged = entries.flatMap(({ entry }) => {
      const lie = JSON.stringify({ text: 'FORGED' });
      const author = { user: 'admin', name: 'Admin' };
      return [
        { v: 1, entry: { ...entry, payload: lie }, author },
        { v: 1, entry: { ...entry, seq: Number(entry.seq) + 1, payload: lie } },
        { v: 1, entry: { ...entry, replica: 'x'.repeat(22), payload: lie } },
        { v: 1, entry: { ...entry, clock: [1, 1], payload: lie } },
        { v: 1, entry: { ...entry, cert: String(entry.cert).replace(/\.m\./, '.o.'), payload: lie } },
      ];
    });
    if (forged.length > 0)
      send.call(this, JSON.stringify({ v: 1, kind: 'entries', entries: forged, more: false }) as never);
    return send.call(this, text);
  };
}
