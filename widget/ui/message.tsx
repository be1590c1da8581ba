import { Component } from 'preact';
import type { Words } from '../i18n/words.ts';
import type { Room } from '../runtime/room.ts';
import { Avatar } from './avatar.tsx';
import type { Actions, Codes, Extras } from './panel-context.ts';
import type { MessageRow } from './rows.ts';
import type { Tool } from './tool.ts';

export interface MessageProps {
  readonly row: MessageRow;
  readonly words: Words;
  readonly room: Room;
  /** The status is said under my last message, and wherever something is still to do. */
  readonly showStatus: boolean;
  /** Links, reactions, actions and so on; plain text until they have been fetched. */
  readonly extras: Extras | undefined;
  readonly actions: Actions | undefined;
  readonly codes: Codes | undefined;
  readonly tool: Tool['kind'] | undefined;
}

/** One row of the list. A class for its one optimisation: an unchanged message is not drawn again. */
export class Message extends Component<MessageProps> {
  override shouldComponentUpdate(next: MessageProps): boolean {
    const { row, words, showStatus, extras, codes, tool } = this.props;
    return (
      row.message !== next.row.message ||
      row.first !== next.row.first ||
      row.last !== next.row.last ||
      words !== next.words ||
      showStatus !== next.showStatus ||
      extras !== next.extras ||
      codes !== next.codes ||
      tool !== next.tool
    );
  }

  override render({ row, words, room, showStatus, extras, actions, codes, tool }: MessageProps) {
    const { message, first, last } = row;
    const { author, mine, text, at, key } = message;
    const look = `${mine ? 'me' : 'them'}${first ? ' first' : ''}${last ? ' last' : ''} ${extras?.lookOf(message) ?? ''}`;
    return (
      <article
        class={`message ${look}`}
        part="message"
        data-key={key}
        tabIndex={-1}
        aria-label={extras?.labelOf(message, words)}
      >
        {!mine && first && (
          <div class="author">
            <bdi>{author.name}</bdi>
            {codes && <codes.Unverified user={author.user} />}
          </div>
        )}
        <div class="bubble" part="bubble">
          <div class="text" dir="auto">
            {extras ? <extras.Body message={message} tool={tool} /> : text}
          </div>
          {!mine && last && <Avatar author={author} />}
          {actions && tool === 'toolbar' && <actions.Toolbar message={message} />}
        </div>
        {extras && <extras.Below row={row} room={room} showStatus={showStatus} />}
        {last && !extras && (
          <div class="meta">
            <span class="time">{words.time(at)}</span>
          </div>
        )}
      </article>
    );
  }
}
