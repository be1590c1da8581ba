import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { PlainKey } from '../i18n/catalogue.ts';
import type { Room, Unlocked } from '../runtime/room.ts';
import { EXTRA_ICONS } from './extra-icons.ts';
import { Icon } from './icons.tsx';
import { LOCK } from './lock-icon.ts';
import { useWords } from './panel-context.ts';

interface KeyFormProps {
  readonly room: Room;
  readonly title: string;
  /** What the page was given is none. */
  readonly damaged?: boolean;
  /** What was entered has opened something. */
  onOpened?(): void;
  onCreate?: (() => void) | undefined;
}

const PROBLEMS: Readonly<Partial<Record<Unlocked, PlainKey>>> = {
  unreadable: 'keyDamaged',
  useless: 'keyUseless',
};

/** Before an encrypted room is entered: what opens it, or a new key for a room that nobody has been in. */
export function KeyPage({ room, title, damaged }: { room: Room; title: string; damaged: boolean }) {
  const words = useWords();
  return (
    <KeyForm
      room={room}
      title={words.text('lockedTitle', { room: title })}
      damaged={damaged}
      onCreate={() => void room.lock()?.create()}
    />
  );
}

/** Another key for somebody who is inside. */
export function KeyPane({ room, onBack }: { room: Room; onBack(): void }) {
  const words = useWords();
  const pane = useRef<HTMLElement>(null);
  useLayoutEffect(() => pane.current?.querySelector('input')?.focus(), []);
  return (
    <section ref={pane} class="pane" aria-label={words.text('enterKey')}>
      <header class="pane-header">
        <button type="button" class="icon-button" aria-label={words.text('back')} onClick={onBack}>
          <Icon path={EXTRA_ICONS.back} />
        </button>
      </header>
      <KeyForm room={room} title={words.text('enterKey')} onOpened={onBack} />
    </section>
  );
}

function KeyForm({ room, title, damaged = false, onOpened, onCreate }: KeyFormProps) {
  const words = useWords();
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<PlainKey | undefined>(damaged ? 'keyDamaged' : undefined);
  const unlock = async () => {
    if (busy || text.trim() === '') return;
    setBusy(true);
    setProblem(undefined);
    const outcome = (await room.lock()?.unlock(text)) ?? 'unreadable';
    setBusy(false);
    if (outcome === 'opened') onOpened?.();
    else setProblem(PROBLEMS[outcome]);
  };
  return (
    <form
      class="page"
      onSubmit={(event) => {
        event.preventDefault();
        void unlock();
      }}
    >
      <span class="mark" aria-hidden="true">
        <Icon path={LOCK} size={28} />
      </span>
      <h3 class="page-title">{title}</h3>
      <p class="hint">{words.text('lockedLead')}</p>
      <label class="field">
        <span class="field-label">{words.text('keyField')}</span>
        <input
          type="password"
          required
          autocomplete="off"
          enterkeyhint="go"
          aria-invalid={problem !== undefined}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <p class="key-problem" role="alert">
        {problem && words.text(problem)}
      </p>
      <div class="page-actions">
        <button type="submit" class="primary" disabled={text.trim() === ''} aria-busy={busy}>
          {words.text('unlock')}
        </button>
        {onCreate && (
          <button type="button" class="secondary" onClick={onCreate}>
            {words.text('startNew')}
          </button>
        )}
      </div>
    </form>
  );
}
