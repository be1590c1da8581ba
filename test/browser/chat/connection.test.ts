import { expect } from 'chai';
import { openPage } from '../../support/chromium.ts';
import { eventually } from '../../support/eventually.ts';
import { Stage } from './stage.ts';
import { Visitor } from './visitor.ts';

const withoutWebRtc = () => {
  Reflect.deleteProperty(globalThis, 'RTCPeerConnection');
};

describe('a connection to the relay', () => {
  let stage: Stage;

  afterEach(() => stage.clear());

  it('[NET-1] that goes silent is replaced, and nothing is lost', async () => {
    stage = await Stage.set({ browsers: 2 });
    const ada = await stage.enter({ name: 'Ada', before: withoutWebRtc });
    const sockets: { silent: boolean }[] = [];
    const page = await openPage(stage.browser());
    await page.routeWebSocket(/\/bayeux/, (route) => {
      const socket = { silent: false };
      sockets.push(socket);
      const server = route.connectToServer();
      route.onMessage((data) => {
        if (!socket.silent) server.send(data);
      });
      server.onMessage((data) => {
        if (!socket.silent) route.send(data);
      });
    });
    const bob = await Visitor.enterWith(page, stage.host.url, { name: 'Bob', before: withoutWebRtc });
    await ada.sees('relayed');
    await eventually(() => expect(sockets).to.have.length(1));
    const [first] = sockets;
    if (first) first.silent = true;
    await ada.say('said into the void');
    await bob.say('and back');
    await eventually(() => expect(sockets.length).to.be.greaterThan(1), 20_000);
    for (const visitor of [ada, bob]) {
      await eventually(
        async () => expect((await visitor.texts()).toSorted()).to.deep.equal(['and back', 'said into the void']),
        10_000,
      );
    }
  });

  it('[NET-4] that the relay refuses for good is said, and not tried again', async () => {
    stage = await Stage.set({ browsers: 1, flags: ['--guests=off'] });
    const page = await openPage(stage.browser());
    let tries = 0;
    page.on('websocket', () => {
      tries += 1;
    });
    await Visitor.enterWith(page, stage.host.url, { name: 'Ada', refused: true });
    await page.locator('[data-refusal="guests_off"]').waitFor();
    expect(tries).to.equal(1);
  });

  it('[LINK-2] gives up a link that does not open in 8 s, and tries again', async () => {
    stage = await Stage.set({ browsers: 2 });
    const before = () => {
      const Native = globalThis.RTCPeerConnection;
      const made: RTCPeerConnection[] = [];
      Object.assign(globalThis, { made });
      globalThis.RTCPeerConnection = class extends Native {
        constructor(config?: RTCConfiguration) {
          super({ ...config, iceServers: [], iceTransportPolicy: 'relay' });
          made.push(this);
        }
        override async addIceCandidate(): Promise<void> {
          await Promise.resolve();
        }
      };
    };
    const ada = await stage.enter({ name: 'Ada', before });
    const bob = await stage.enter({ name: 'Bob', before });
    const states = (visitor: Visitor) =>
      visitor.page.evaluate(() =>
        (globalThis as unknown as { made: RTCPeerConnection[] }).made.map(({ signalingState }) => signalingState),
      );
    await eventually(async () => {
      for (const visitor of [ada, bob]) expect((await states(visitor))[0]).to.equal('closed');
    }, 12_000);
    await eventually(async () => expect((await states(ada)).length).to.be.greaterThan(1), 20_000);
  });
});
