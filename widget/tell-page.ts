import type { RoomView } from './core/view.ts';
import type { Emit } from './events.ts';
import type { Room } from './runtime/room.ts';

export interface PagePorts {
  readonly emit: Emit;
  onUnread(count: number): void;
}

/**
 * Tells the page what changes, view by view and from the first one on. What makes events of views is fetched after the
 * panel; until it is here the views wait, and where the network fails it, it is asked for again with the next change.
 */
export function tellPage(
  room: Pick<Room, 'view' | 'subscribe' | 'observe'>,
  { emit, onUnread }: PagePorts,
  load: () => Promise<Pick<typeof import('./view-events.ts'), 'viewEvents'>>,
): () => void {
  /** The view that was told last, and those after it. */
  const views: RoomView[] = [room.view()];
  let tell: typeof import('./view-events.ts')['viewEvents'] | undefined;
  let loading = false;
  let stopped = false;
  const changed = () => {
    const view = room.view();
    onUnread(view.unread);
    views.push(view);
    if (tell) tellAll();
    else fetch();
  };
  const tellAll = () => {
    for (let [before, after] = views; tell && before && after && !stopped; [before, after] = views) {
      views.shift();
      for (const { name, detail } of tell(before, after)) emit(name, detail);
    }
  };
  const fetch = () => {
    if (loading) return;
    loading = true;
    load().then(
      ({ viewEvents }) => {
        tell = viewEvents;
        tellAll();
      },
      () => {
        loading = false; // no network; the panel says so
      },
    );
  };
  fetch();
  const stops = [
    room.subscribe(changed),
    room.observe((seen) => (seen.type === 'frame' ? emit('traffic', seen) : emit('observation', seen))),
  ];
  return () => {
    stopped = true;
    for (const stop of stops) stop();
  };
}
