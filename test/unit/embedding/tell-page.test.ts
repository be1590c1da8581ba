import { expect } from 'chai';
import { parseRoomName } from '../../../protocol/rooms.ts';
import type { MessageView, RoomView } from '../../../widget/core/view.ts';
import { loadingView } from '../../../widget/runtime/loading-view.ts';
import { tellPage } from '../../../widget/tell-page.ts';
import { viewEvents } from '../../../widget/view-events.ts';

const parsed = parseRoomName('lobby');
const room = parsed.ok ? parsed.value : expect.fail('a name');
const LOADING: RoomView = loadingView(room);
const OPEN: RoomView = { ...LOADING, phase: 'open' };

/** A room whose view is set by hand, and the page that is told of it. */
function page(load: () => Promise<{ viewEvents: typeof viewEvents }>) {
  let view = LOADING;
  let changed: () => void = () => undefined;
  const told: string[] = [];
  const clock = handClock();
  const stop = tellPage(
    {
      view: () => view,
      subscribe(listener) {
        changed = listener;
        return () => undefined;
      },
      observe: () => () => undefined,
    },
    {
      emit(name) {
        told.push(name);
        return true;
      },
      onUnread: () => undefined,
    },
    load,
    { after: (ms, run) => clock.after(ms, run) },
  );
  return {
    told,
    clock,
    stop,
    show(next: RoomView) {
      view = next;
      changed();
    },
  };
}

function mine(status: MessageView['status']): RoomView {
  const row = { key: 'm', mine: true, status, text: 'hello', deleted: false, reactions: [], at: 1 };
  return { ...OPEN, messages: [row as unknown as MessageView] };
}

/** What is to be done later, and a hand that moves time on. */
function handClock() {
  let waiting: { at: number; run: () => void }[] = [];
  let now = 0;
  return {
    after(ms: number, run: () => void) {
      waiting.push({ at: now + ms, run });
      return () => undefined;
    },
    tick(ms: number) {
      now += ms;
      const due = waiting.filter(({ at }) => at <= now);
      waiting = waiting.filter(({ at }) => at > now);
      for (const { run } of due) run();
    },
  };
}

/** A page for which the file that tells it is on its way until `arrive`. */
function latePage() {
  let here: (module: { viewEvents: typeof viewEvents }) => void = () => expect.fail('not asked for');
  const coming = new Promise<{ viewEvents: typeof viewEvents }>((resolve) => {
    here = resolve;
  });
  return { ...page(() => coming), arrive: () => here({ viewEvents }) };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('what a page is told', () => {
  it('[EMB-10] is told view by view, also what happened before that which tells it was here', async () => {
    const { told, show, arrive } = latePage();
    show(OPEN);
    show(mine('queued'));
    show(mine('sent'));
    expect(told).to.deep.equal([]);
    arrive();
    await settled();
    expect(told.filter((name) => name.startsWith('message'))).to.deep.equal(['message:sent', 'message:status']);
    show(mine('delivered'));
    expect(told.filter((name) => name.startsWith('message'))).to.have.length(3);
  });

  it('[EMB-10] is told at last what many changes came to, however many waited', async () => {
    const { told, show, arrive } = latePage();
    show(OPEN);
    for (let count = 1; count <= 300; count += 1) show({ ...OPEN, unread: count });
    arrive();
    await settled();
    expect(told.filter((name) => name === 'unread').length).to.be.within(1, 100);
  });

  it('[EMB-10] is told later where the network fails what tells it', async () => {
    let asked = 0;
    const { told, show, stop, clock } = page(() => {
      asked += 1;
      return asked === 1 ? Promise.reject(new TypeError('no network')) : Promise.resolve({ viewEvents });
    });
    show(OPEN);
    await settled();
    show(mine('queued'));
    clock.tick(1_000);
    await settled();
    expect(asked).to.equal(2);
    expect(told).to.include('message:sent');
    stop();
    const before = told.length;
    show(mine('sent'));
    expect(told).to.have.length(before);
  });
});
