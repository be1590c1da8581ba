import type { RoomView } from '../core/view.ts';
import type { Room } from '../runtime/room.ts';
import { Empty } from './empty.tsx';
import { useWords } from './panel-context.ts';

/** What stands above the first message: what is known of those before it. */
export function Beginning({ view, room }: { view: RoomView; room: Room }) {
  const words = useWords();
  if (view.messages.length === 0) return <Empty room={room} />;
  if (!view.earlier) return null;
  return <p class="earlier">{words.text('earlier')}</p>;
}
