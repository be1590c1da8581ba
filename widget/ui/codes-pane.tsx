import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { Room } from '../runtime/room.ts';
import { CodeField } from './code-field.tsx';
import { takeFragment } from './code-link.ts';
import { CodeShown } from './code-shown.tsx';
import { EXTRA_ICONS } from './extra-icons.ts';
import { Fingerprint } from './fingerprint.tsx';
import { useFullWords } from './full-words.ts';
import { Icon } from './icons.tsx';
import { type Stage, useLinking } from './use-linking.ts';

interface CodesProps {
  readonly room: Room;
  readonly open: boolean;
  onOpen(pane: 'codes' | 'chat'): void;
}

/**
 * How people come into a room without a relay. It stays while other things are looked at, as codes take their time, and
 * takes the code that the page's address brings.
 */
export function Codes({ room, open, onOpen }: CodesProps) {
  const linking = useLinking(room, () => onOpen('chat'));
  useEffect(() => {
    const brought = takeFragment();
    if (!brought) return;
    onOpen('codes');
    linking.take(brought.kind, brought.code);
  }, []);
  return open ? <CodesPane linking={linking} onBack={() => onOpen('chat')} /> : null;
}

function CodesPane({ linking, onBack }: { readonly linking: ReturnType<typeof useLinking>; onBack(): void }) {
  const words = useFullWords();
  const pane = useRef<HTMLElement>(null);
  const { stage } = linking;
  // What has just come is what is done next.
  useLayoutEffect(() => pane.current?.querySelector<HTMLElement>('[data-next]')?.focus(), [stage.step]);
  return (
    <section ref={pane} class="pane codes" aria-label={words.text('codesTitle')}>
      <header class="pane-header">
        <button type="button" class="icon-button" aria-label={words.text('back')} onClick={onBack} data-next={true}>
          <Icon path={EXTRA_ICONS.back} />
        </button>
        <h3 class="pane-title">{words.text('codesTitle')}</h3>
      </header>
      <div class="codes-body">
        <p class="code-error" role="alert">
          {stage.error && words.text(stage.error)}
        </p>
        <StageView stage={stage} linking={linking} />
      </div>
    </section>
  );
}

function StageView({ stage, linking }: { readonly stage: Stage; readonly linking: ReturnType<typeof useLinking> }) {
  const words = useFullWords();
  switch (stage.step) {
    case 'start':
      return (
        <>
          <h4 class="code-title">{words.text('invite')}</h4>
          <p class="hint">{words.text('inviteLead')}</p>
          <button type="button" class="primary" onClick={linking.invite}>
            {words.text('makeCode')}
          </button>
          <h4 class="code-title other">{words.text('joinByCode')}</h4>
          <CodeField
            label={words.text('theirInvitation')}
            action={words.text('makeAnswer')}
            onCode={(text) => linking.take('invitation', text)}
          />
        </>
      );
    case 'busy':
      return (
        <p class="hint" role="status">
          {words.text(stage.says)}
        </p>
      );
    case 'invited':
      return (
        <>
          <CodeShown kind="invitation" label={words.text('yourInvitation')} code={stage.code} />
          <p class="hint">{words.text('sendInvitation')}</p>
          <p class="hint">{words.text('codeEnds', { time: words.time(stage.until) })}</p>
          <CodeField
            label={words.text('theirAnswer')}
            action={words.text(stage.isLinking ? 'linking' : 'connect')}
            isBusy={stage.isLinking}
            onCode={(text) => linking.take('answer', text)}
          />
          <StartOver onClick={linking.startOver} />
        </>
      );
    case 'answered':
      return (
        <>
          <CodeShown kind="answer" label={words.text('yourAnswer')} code={stage.code} />
          <p class="hint">{words.text('sendAnswer', { name: stage.peer.name })}</p>
          <Fingerprint user={stage.peer.user} />
          <p class="hint">{words.text('codeEnds', { time: words.time(stage.until) })}</p>
          <StartOver onClick={linking.startOver} />
        </>
      );
  }
}

function StartOver({ onClick }: { onClick(): void }) {
  const words = useFullWords();
  return (
    <button type="button" class="text-button start-over" onClick={onClick}>
      {words.text('startOver')}
    </button>
  );
}
