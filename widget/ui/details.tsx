import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { MessageDetails, MessageView, ReceiptView, RoomView } from '../core/view.ts';
import type { Room } from '../runtime/room.ts';
import { Avatar } from './avatar.tsx';
import { EXTRA_ICONS } from './extra-icons.ts';
import { useFullWords } from './full-words.ts';
import { Icon } from './icons.tsx';
import { MARKS } from './label.ts';
import { StatusMark } from './status.tsx';

interface DetailsProps {
  readonly view: RoomView;
  readonly room: Room;
  /** The message's key. */
  readonly of: string;
  onBack(): void;
}

/** The details of a message as long as there is one: what was written a moment ago may be taken back. */
export function Details({ view, of, ...rest }: DetailsProps) {
  const message = view.messages.find(({ key }) => key === of);
  useEffect(() => {
    if (!message) rest.onBack();
  }, [message]);
  return message ? <DetailsPane message={message} {...rest} /> : null;
}

interface DetailsPaneProps extends Pick<DetailsProps, 'room' | 'onBack'> {
  readonly message: MessageView;
}

/** Who has a message, since when, and how it went there. */
function DetailsPane({ message, room, onBack }: DetailsPaneProps) {
  const words = useFullWords();
  const back = useRef<HTMLButtonElement>(null);
  const details = useDetails(message, room);
  useLayoutEffect(() => back.current?.focus(), []);
  return (
    <section class="pane" aria-label={words.text('details')}>
      <header class="pane-header">
        <button ref={back} type="button" class="icon-button" aria-label={words.text('back')} onClick={onBack}>
          <Icon path={EXTRA_ICONS.back} />
        </button>
        <h3 class="pane-title">{words.text('details')}</h3>
      </header>
      <div class="details">
        {!message.mine && (
          <p class="author">
            <bdi>{message.author.name}</bdi>
          </p>
        )}
        <blockquote class="quote" dir="auto">
          {message.deleted ? words.text('deleted') : message.mark ? words.text(MARKS[message.mark]) : message.text}
        </blockquote>
        <p class="hint">{words.stamp(message.at)}</p>
        {details && (message.mine ? <Receipts details={details} /> : <Arrival details={details} />)}
      </div>
    </section>
  );
}

/** Asked for anew whenever something about the message has changed. */
function useDetails(message: MessageView, room: Room): MessageDetails | undefined {
  const [details, setDetails] = useState<MessageDetails>();
  useEffect(() => {
    let isWanted = true;
    void room.details(message.key).then((answer) => isWanted && setDetails(answer));
    return () => {
      isWanted = false;
    };
  }, [message, room]);
  return details;
}

function Arrival({ details: { arrived } }: { details: MessageDetails }) {
  const words = useFullWords();
  const sentence = arrived
    ? words.text(arrived.path === 'link' ? 'cameByLink' : 'cameByRelay', { time: words.time(arrived.at) })
    : words.text('wasStored');
  return <p class="facts">{sentence}</p>;
}

function Receipts({ details }: { details: MessageDetails }) {
  const words = useFullWords();
  const { receipts, relayed, readers } = details;
  const sorted = [...receipts].sort((a, b) => rank(b) - rank(a));
  return (
    <>
      <p class="facts">{words.text(relayed ? 'relayHas' : 'relayHasNot')}</p>
      {readers !== undefined && <p class="facts">{words.plural('readers', readers)}</p>}
      <ul class="people receipts">
        {sorted.map((receipt) => (
          <li key={receipt.user} class="person">
            <Avatar author={receipt} />
            <span class="person-text">
              <span class="person-name">
                <bdi>{receipt.name}</bdi>
              </span>
              <Receipt receipt={receipt} />
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Receipt({ receipt: { held, read, at, path } }: { receipt: ReceiptView }) {
  const words = useFullWords();
  const status = read ? 'read' : held ? 'delivered' : undefined;
  const way = path && words.text(path === 'link' ? 'direct' : 'relayed');
  const facts = [words.text(status ?? 'notYet'), at === undefined ? undefined : words.time(at), way];
  return (
    <span class="person-path status" data-status={status}>
      {status && <StatusMark status={status} />}
      {facts.filter((fact) => fact !== undefined).join(' · ')}
    </span>
  );
}

function rank({ read, held }: ReceiptView): number {
  return Number(read) + Number(held);
}
