import { Component } from 'preact';
import type { Words } from '../i18n/words.ts';
import type { Room } from '../runtime/room.ts';
import { Avatar } from './avatar.tsx';
import type { Extras } from './panel-context.ts';
import type { MessageRow } from './rows.ts';
import { StatusLabel } from './status.tsx';

export interface MessageProps {
  readonly row: MessageRow;
  readonly words: Words;
  readonly room: Room;
  /** The status is said under my last message, and wherever something is still to do. */
  readonly showStatus: boolean;
  /** Links and large emoji; plain text until they have been fetched. */
  readonly extras: Extras | undefined;
}

/** One row of the list. A class for its one optimisation: an unchanged message is not drawn again. */
export class Message extends Component<MessageProps> {
  override shouldComponentUpdate(next: MessageProps): boolean {
    const { row, words, showStatus, extras } = this.props;
    return (
      row.message !== next.row.message ||
      row.first !== next.row.first ||
      row.last !== next.row.last ||
      words !== next.words ||
      showStatus !== next.showStatus ||
      extras !== next.extras
    );
  }

  override render({ row, words, room, showStatus, extras }: MessageProps) {
    const { message, first, last } = row;
    const { author, mine, status, text, at, key } = message;
    const look = `${mine ? 'me' : 'them'}${first ? ' first' : ''}${last ? ' last' : ''}${status === 'failed' ? ' failed' : ''}`;
    const isEmoji = extras?.isEmojiOnly(text);
    return (
      <article class={`message ${look}`} part="message" data-key={key} tabIndex={-1} aria-label={label(this.props)}>
        {!mine && last && <Avatar author={author} />}
        {!mine && first && (
          <div class="author">
            <bdi>{author.name}</bdi>
          </div>
        )}
        <div class={`bubble${isEmoji ? ' emoji' : ''}`} part="bubble">
          <div class="text" dir="auto">
            {extras ? <extras.RichText text={text} /> : text}
          </div>
        </div>
        <time class="stamp" dateTime={new Date(at).toISOString()}>
          {words.stamp(at)}
        </time>
        {(last || (mine && showStatus)) && (
          <div class="meta" part="meta">
            {last && <span class="time">{words.time(at)}</span>}
            {extras && mine && showStatus && status === 'failed' && (
              <extras.FailedLabel
                message={message}
                onRetry={() => room.retry(key)}
                onDelete={() => room.discard(key)}
              />
            )}
            {mine && showStatus && status && status !== 'failed' && <StatusLabel status={status} />}
          </div>
        )}
      </article>
    );
  }
}

function label({ row: { message }, words }: MessageProps): string {
  const said = message.mine
    ? words.text('saidByMe', { text: message.text })
    : words.text('said', { name: message.author.name, text: message.text });
  return `${said} ${words.time(message.at)}`;
}
