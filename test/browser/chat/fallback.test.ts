import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { openPage } from '../../support/chromium.ts';
import { eventually } from '../../support/eventually.ts';
import { Stage } from './stage.ts';
import { Visitor } from './visitor.ts';

const withoutWebRtc = () => {
  Reflect.deleteProperty(globalThis, 'RTCPeerConnection');
};

/** Links are tried and never open: no candidate leaves this page and none enters. */
const withoutCandidates = () => {
  const Native = globalThis.RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends Native {
    constructor(config?: RTCConfiguration) {
      super({ ...config, iceServers: [], iceTransportPolicy: 'relay' });
    }
    override async addIceCandidate(): Promise<void> {
      await Promise.resolve();
    }
  };
};

const withoutWebSocket = () => {
  Object.assign(globalThis, {
    WebSocket: class {
      constructor() {
        throw new DOMException('blocked', 'SecurityError');
      }
    },
  });
};

/** A proxy that swallows the upgrade: sockets never open, nor do they fail. */
const withSilentSockets = () => {
  Object.assign(globalThis, {
    WebSocket: class {
      readonly close = () => undefined;
    },
  });
};

/** A slow way to the relay: each socket begins to open after 3 s. */
const withLateSockets = () => {
  const Native = globalThis.WebSocket;
  const construct = (_: unknown, [url]: [string]): object => {
    let socket: WebSocket | undefined;
    const late = {
      send: (frame: string) => socket?.send(frame),
      close: () => socket?.close(),
      get readyState() {
        return socket?.readyState ?? Native.CONNECTING;
      },
    };
    setTimeout(() => {
      socket = new Native(url);
      for (const type of ['open', 'message', 'close'] as const)
        socket.addEventListener(type, (event) => Reflect.get(late, `on${type}`)?.(event));
    }, 3_000);
    return late;
  };
  globalThis.WebSocket = new Proxy(Native, { construct }) as typeof Native;
};

/** What a page posts to the relay. */
async function postsOf(page: Page): Promise<string[]> {
  const posts: string[] = [];
  await page.route('**/bayeux', (route) => {
    posts.push(route.request().postData() ?? '');
    return route.continue();
  });
  return posts;
}

/** How long the first message may take by the relay, ms. */
const FIRST_MESSAGE = 1_000;

describe('browsers that cannot talk directly', () => {
  let stage: Stage;

  beforeEach(async () => {
    stage = await Stage.set({ browsers: 3 });
  });
  afterEach(() => stage.clear());

  for (const [what, before] of [
    ['has no WebRTC', withoutWebRtc],
    ['loses every ICE candidate', withoutCandidates],
  ] as const) {
    it(`[E2E-3] [PATH-1] talk by the relay at once where one of them ${what}`, async () => {
      const ada = await stage.enter({ name: 'Ada' });
      const bob = await stage.enter({ name: 'Bob', before });
      await sayWithin(ada, bob, 'by the relay', FIRST_MESSAGE);
      await sayWithin(bob, ada, 'and back', FIRST_MESSAGE);
      await ada.sees('relayed');
      await bob.sees('relayed');
    });
  }

  it('[E2E-4] [PATH-1] join two that are linked: all three see everything once, Mixed for the two, Relayed for the third', async () => {
    const ada = await stage.enter({ name: 'Ada' });
    const bob = await stage.enter({ name: 'Bob' });
    await ada.sees('direct');
    const cyd = await stage.enter({ name: 'Cyd', before: withoutWebRtc });
    await ada.sees('mixed');
    await bob.sees('mixed');
    await cyd.sees('relayed');
    const all = [ada, bob, cyd];
    await Promise.all(
      all.map((visitor) => visitor.sayAll(Array.from({ length: 20 }, (_, i) => `${visitor.name} ${i}`))),
    );
    await eventually(async () => {
      for (const visitor of all) expect(await visitor.texts()).to.have.length(60);
    });
    for (const visitor of all) {
      expect(new Set(await visitor.texts()).size).to.equal(60);
      expect(await visitor.texts()).to.deep.equal(await ada.texts());
    }
  });

  it('[E2E-5] [NET-2] signal and chat by long-polling where WebSocket is blocked', async () => {
    const ada = await stage.enter({ name: 'Ada', before: withoutWebSocket });
    const bob = await stage.enter({ name: 'Bob', before: withoutWebSocket });
    await ada.sees('direct', 15_000);
    await bob.sees('direct', 15_000);
    const cyd = await stage.enter({ name: 'Cyd', before: withoutBoth });
    await sayWithin(cyd, ada, 'no socket, no link', 5_000);
    await sayWithin(ada, cyd, 'heard you', 5_000);
    await cyd.sees('relayed');
  });

  it('[NET-2] begin by long-polling 2 s later where sockets never open', async () => {
    const page = await openPage(stage.browser());
    const posts = await postsOf(page);
    const began = Date.now();
    const ada = await Visitor.enterWith(page, stage.host.url, { name: 'Ada', before: withSilentSockets });
    await ada.sees('waiting');
    expect(posts[0]).to.include('/meta/handshake');
    expect(Date.now() - began).to.be.greaterThan(2_000);
    const bob = await stage.enter({ name: 'Bob' });
    await ada.sees('direct', 15_000);
    await sayWithin(bob, ada, 'by whatever way', 5_000);
  });

  it('[NET-2] move to a socket that opens late, also where nobody says anything', async () => {
    const page = await openPage(stage.browser());
    const posts = await postsOf(page);
    const said: string[] = [];
    page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => said.push(String(payload))));
    const ada = await Visitor.enterWith(page, stage.host.url, { name: 'Ada', before: withLateSockets });
    await ada.sees('waiting');
    await eventually(() => expect(said.join('')).to.include('/meta/connect'), 10_000);
    expect(posts.filter((post) => post.includes('/meta/handshake'))).to.have.length(1);
    expect(said.join('')).to.not.include('/meta/handshake');
    const bob = await stage.enter({ name: 'Bob', before: withoutWebRtc });
    await sayWithin(bob, ada, 'by the socket now', 5_000);
  });

  it('[NET-7] say everything on the one socket where it opens: no POST, from the handshake on', async () => {
    const page = await openPage(stage.browser());
    const posts = await postsOf(page);
    const ada = await Visitor.enterWith(page, stage.host.url, { name: 'Ada', before: withoutWebRtc });
    const bob = await stage.enter({ name: 'Bob', before: withoutWebRtc });
    await sayWithin(ada, bob, 'by the socket alone', 5_000);
    await sayWithin(bob, ada, 'and back', 5_000);
    expect(posts).to.deep.equal([]);
  });
});

function withoutBoth(): void {
  Reflect.deleteProperty(globalThis, 'RTCPeerConnection');
  Object.assign(globalThis, {
    WebSocket: class {
      constructor() {
        throw new DOMException('blocked', 'SecurityError');
      }
    },
  });
}

async function sayWithin(from: Visitor, to: Visitor, text: string, ms: number): Promise<void> {
  await from.say(text);
  await to.page.getByText(text, { exact: true }).waitFor({ timeout: ms });
}
