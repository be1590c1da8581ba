import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';
import type { RoomView } from '../core/view.ts';
import type { PlainKey } from '../i18n/catalogue.ts';
import type { Room } from '../runtime/room.ts';
import { type Asked, wantsEarlier } from './earlier-policy.ts';
import { Empty } from './empty.tsx';
import { useWords } from './panel-context.ts';

interface BeginningProps {
  readonly view: RoomView;
  readonly room: Room;
  readonly list: RefObject<HTMLElement | null>;
}

/** What was asked of each room, as this part comes and goes while the reader scrolls. */
const asked = new WeakMap<Room, Asked>();

/** What stands above the first message: what is known of those before it, which it asks for as the reader comes near. */
export function Beginning({ view, room, list }: BeginningProps) {
  const words = useWords();
  useEarlier(view, room, list);
  if (view.messages.length === 0) return <Empty view={view} room={room} />;
  const sentence = sentenceFor(view, asked.has(room));
  return (
    <p class="earlier" role="status" data-loading={view.loadingEarlier}>
      {sentence && words.text(sentence)}
    </p>
  );
}

function sentenceFor({ loadingEarlier, earlier }: RoomView, wasAsked: boolean): PlainKey | undefined {
  if (loadingEarlier) return 'loadingEarlier';
  if (earlier) return 'earlier';
  return wasAsked ? 'beginning' : undefined;
}

/** Asks for older messages when the first one comes near: because the reader scrolls, or there are few. */
function useEarlier(view: RoomView, room: Room, list: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const scroller = list.current;
    if (!scroller) return;
    const look = () => {
      const first = view.messages[0]?.key;
      const place = { top: scroller.scrollTop, first, now: Date.now() };
      if (first === undefined || !wantsEarlier(view, place, asked.get(room))) return;
      asked.set(room, { first, at: place.now });
      room.loadEarlier();
    };
    look();
    scroller.addEventListener('scroll', look);
    return () => scroller.removeEventListener('scroll', look);
  }, [view, room, list]);
}
