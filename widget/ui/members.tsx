import { useLayoutEffect, useRef } from 'preact/hooks';
import type { MemberView, RoomView } from '../core/view.ts';
import type { PlainKey } from '../i18n/catalogue.ts';
import { Avatar } from './avatar.tsx';
import { EXTRA_ICONS } from './extra-icons.ts';
import { useFullWords } from './full-words.ts';
import { Icon } from './icons.tsx';

/** Who is here now, and how each is reached. */
export function Members({ view, onBack }: { view: RoomView; onBack(): void }) {
  const words = useFullWords();
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
        <span class="pane-count">{words.plural('online', view.count)}</span>
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
              </span>
              <span class="person-path">{words.text(pathOf(member))}</span>
            </span>
          </li>
        ))}
        {more > 0 && <li class="hint more">{words.plural('moreMembers', more)}</li>}
      </ul>
    </section>
  );
}

function pathOf({ self, linked }: MemberView): PlainKey {
  if (self) return 'memberSelf';
  return linked ? 'memberLinked' : 'memberRelayed';
}
