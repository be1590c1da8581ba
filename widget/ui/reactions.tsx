import type { MessageView, ReactionView } from '../core/view.ts';
import type { Room } from '../runtime/room.ts';
import { useFullWords } from './full-words.ts';

/** The emoji under a message. A click joins in or takes one's own back; who put it there shows on hover and focus. */
export function Reactions({ message, room }: { message: MessageView; room: Room }) {
  return (
    <div class="reactions">
      {message.reactions.map((reaction) => (
        <Reaction key={reaction.emoji} reaction={reaction} room={room} of={message.key} />
      ))}
    </div>
  );
}

function Reaction({ reaction, room, of }: { reaction: ReactionView; room: Room; of: string }) {
  const words = useFullWords();
  const { emoji, authors, mine } = reaction;
  const self = room.view().members.find((member) => member.self)?.user;
  const others = authors.filter(({ user }) => user !== self).map(({ name }) => name);
  const count = words.count(authors.length);
  const names = words.list(mine ? [...others, words.text('you')] : others);
  return (
    <span class="anchor">
      <button
        type="button"
        class="reaction"
        aria-pressed={mine}
        aria-label={`${emoji} ${count}: ${names}`}
        onClick={() => room.react(of, emoji)}
      >
        <span>{emoji}</span>
        {count}
      </button>
      <span class="tip" aria-hidden="true">
        {names}
      </span>
    </span>
  );
}
