import type { RoomView } from './core/view.ts';
import type { Emit } from './events.ts';
import type { Platform } from './runtime/ports.ts';
import type { Room } from './runtime/room.ts';

/** Views that wait to be told at most. */
const WAITING = 100;
/** What tells is asked for again after this, ms, twice as long each time. */
const ASK_AGAIN = 1_000;
const ASK_AGAIN_AT_MOST = 30_000;

export interface PagePorts {
  readonly emit: Emit;
  onUnread(count: number): void;
}

/**
 * Tells the page what changes, view by view and from the first one on. What makes events of views is fetched after the
 * panel; until it is here the views wait, and where the network fails it, it is asked for again.
 */
export function tellPage(
  room: Pick<Room, 'view' | 'subscribe' | 'observe'>,
  { emit, onUnread }: PagePorts,
  load: () => Promise<Pick<typeof import('./view-events.ts'), 'viewEvents'>>,
  { after }: Pick<Platform, 'after'>,
): () => void {
  /** The view that was told last, and those after it. */
  const views: RoomView[] = [room.view()];
  let tell: typeof import('./view-events.ts')['viewEvents'] | undefined;
  let stopped = false;
  const changed = () => {
    const view = room.view();
    onUnread(view.unread);
    views.push(view);
    // What came between is then told at once, without the steps.
    if (views.length > WAITING) views.splice(1, views.length - 2);
    tellAll();
  };
  const tellAll = () => {
    for (let [before, after] = views; tell && before && after && !stopped; [before, after] = views) {
      views.shift();
      for (const { name, detail } of tell(before, after)) emit(name, detail);
    }
  };
  const fetch = (wait = ASK_AGAIN) => {
    load().then(
      ({ viewEvents }) => {
        tell = viewEvents;
        tellAll();
      },
      // No network; the panel says so.
      () => after(wait, () => stopped || fetch(Math.min(2 * wait, ASK_AGAIN_AT_MOST))),
    );
  };
  fetch();
  const stops = [
    room.subscribe(changed),
    room.observe((seen) => (seen.type === 'frame' ? emit('traffic', seen) : emit('observation', seen))),
  ];
  return () => {
    stopped = true;
    views.splice(0);
    for (const stop of stops) stop();
  };
}
