import { expect } from 'chai';
import { eventually } from '../../support/eventually.ts';
import { Stage } from './stage.ts';
import type { Visitor } from './visitor.ts';

/** Keeps hold of the page's connections so that a test can pull the plug on them. */
const holdConnections = () => {
  const held: RTCPeerConnection[] = [];
  const Native = globalThis.RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends Native {
    constructor(config?: RTCConfiguration) {
      super(config);
      held.push(this);
    }
  };
  Object.assign(globalThis, {
    pullThePlug() {
      for (const connection of held.splice(0)) connection.close();
    },
  });
};

for (const history of [1_000, 0]) {
  describe(`a link that dies in the middle of a burst, history ${history}`, () => {
    let stage: Stage;
    let ada: Visitor;
    let bob: Visitor;

    before(async () => {
      stage = await Stage.set({ browsers: 2, flags: [`--history=${history}`] });
      ada = await stage.enter({ name: 'Ada', before: holdConnections });
      bob = await stage.enter({ name: 'Bob', before: holdConnections });
      await ada.sees('direct');
      await bob.sees('direct');
    });
    after(() => stage.clear());

    it('[E2E-6] [DEL-4] loses nothing and shows nothing twice', async () => {
      const texts = Array.from({ length: 200 }, (_, i) => `burst ${i}`);
      const first = texts.slice(0, 100);
      const second = texts.slice(100);
      await ada.sayAll(first);
      await bob.page.evaluate(() => (globalThis as unknown as { pullThePlug(): void }).pullThePlug());
      await ada.sayAll(second);
      await eventually(async () => {
        for (const visitor of [ada, bob]) expect(await visitor.allTexts()).to.deep.equal(texts);
      }, 20_000);
    });

    it('[E2E-6] comes back, and the chip says Direct again', async () => {
      await ada.sees('direct', 20_000);
      await bob.sees('direct', 20_000);
      await ada.say('back on the link');
      await bob.page.getByText('back on the link', { exact: true }).waitFor();
      expect([...ada.errors, ...bob.errors].join()).to.equal('');
    });
  });
}
