import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { AwayView, MemberView, RoomView } from '../core/view.ts';
import type { PlainKey } from '../i18n/catalogue.ts';
import type { Room } from '../runtime/room.ts';
import { Avatar } from './avatar.tsx';
import { EXTRA_ICONS } from './extra-icons.ts';
import { useFullWords } from './full-words.ts';
import { Icon } from './icons.tsx';
import { useScope } from './panel-context.ts';

/** How often what is said of the past is brought up to date, ms. */
const AGES = 30_000;

/** Who is here now, and how each is reached; below, who was here lately. */
export function Members({ view, room, onBack }: { view: RoomView; room: Room; onBack(): void }) {
  const words = useFullWords();
  const { codes, moderation } = useScope();
  const back = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => back.current?.focus(), []);
  const more = view.count - view.members.length;
  return (
    <section class="pane" aria-label={words.text('members')}>
      <header class="pane-header">
        <button ref={back} type="button" class="icon-button" aria-label={words.text('back')} onClick={onBack}>
          <Icon path={EXTRA_ICONS.back} />
        </button>
        <h3 class="pane-title">{words.text('members')}</h3>
        {view.path !== 'offline' && <span class="pane-count">{words.plural('online', view.count)}</span>}
      </header>
      <ul class="people">
        {view.members.map((member) => (
          <li key={member.replica} class="person" data-linked={member.linked}>
            <span class="presence-anchor">
              <Avatar author={member} />
              <span class="dot" aria-hidden="true" />
            </span>
            <span class="person-text">
              <span class="person-name">
                <bdi>{member.name}</bdi>
                {member.self && <span class="you">{words.text('you')}</span>}
                {moderation && <moderation.PersonMark member={member} />}
              </span>
              <span class="person-path">{words.text(pathOf(member, view.address))}</span>
              {codes && <codes.Fingerprint user={member.user} />}
            </span>
            {moderation && !member.self && <moderation.PersonTools person={member} view={view} room={room} />}
          </li>
        ))}
        {more > 0 && <li class="hint more">{words.plural('moreMembers', more)}</li>}
        {moderation && <moderation.Kept view={view} room={room} />}
        {view.away.length > 0 && <Away away={view.away} />}
      </ul>
    </section>
  );
}

/** Who was here lately. Their list keeps its place in time while it is looked at. */
function Away({ away }: { away: readonly AwayView[] }) {
  const words = useFullWords();
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), AGES);
    return () => clearInterval(timer);
  }, []);
  return (
    <li>
      <h4 class="away-title">{words.text('away')}</h4>
      <ul class="away">
        {away.map((author) => (
          <li key={author.user} class="person">
            <Avatar author={author} />
            <span class="person-text">
              <span class="person-name">
                <bdi>{author.name}</bdi>
              </span>
              <span class="person-path">{words.text('lastSeen', { when: words.ago(author.seenAt, now) })}</span>
            </span>
          </li>
        ))}
      </ul>
    </li>
  );
}

function pathOf({ self, linked }: MemberView, address: RoomView['address']): PlainKey {
  if (self) return 'memberSelf';
  if (!linked) return 'memberRelayed';
  return address === 'shown' ? 'memberLinked' : 'memberHidden';
}
