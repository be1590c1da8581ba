import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Room } from '../runtime/room.ts';
import { EXTRA_ICONS } from './extra-icons.ts';
import { Icon } from './icons.tsx';
import { useWords } from './panel-context.ts';

/** The link that lets others in, to copy or to scan, and a new key for when somebody is to read on no more. */
export function Invitation({ room, onBack }: { room: Room; onBack(): void }) {
  const words = useWords();
  const back = useRef<HTMLButtonElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const [link, setLink] = useState('');
  const [copied, setCopied] = useState(false);
  const [isNew, setNew] = useState(false);
  useLayoutEffect(() => back.current?.focus(), []);
  const show = async () => {
    setCopied(false);
    setLink((await room.lock()?.link()) ?? '');
  };
  useEffect(() => void show(), [room]);
  const copy = async () => {
    field.current?.select();
    setCopied(await navigator.clipboard?.writeText(link).then(yes, no));
  };
  const rotate = async () => {
    await room.lock()?.rotate();
    await show();
    setNew(true);
  };
  return (
    <section class="pane" aria-label={words.text('shareKey')}>
      <header class="pane-header">
        <button ref={back} type="button" class="icon-button" aria-label={words.text('back')} onClick={onBack}>
          <Icon path={EXTRA_ICONS.back} />
        </button>
        <h3 class="pane-title">{words.text('shareKey')}</h3>
      </header>
      <div class="invitation">
        <p class="hint">{words.text('shareLead')}</p>
        <div class="field link-field">
          <input
            ref={field}
            type="text"
            readOnly
            dir="ltr"
            aria-label={words.text('shareLink')}
            value={link}
            onFocus={(event) => event.currentTarget.select()}
          />
          <button type="button" class="primary" disabled={link === ''} onClick={() => void copy()}>
            <Icon path={copied ? EXTRA_ICONS.check : EXTRA_ICONS.copy} size={18} />
            {words.text(copied ? 'copied' : 'copyShared')}
          </button>
          <span class="unseen" role="status">
            {copied && words.text('copied')}
          </span>
        </div>
        {link !== '' && <QrCode text={link} label={words.text('qrCode')} />}
        <p class="hint new-key" role="status">
          {words.text(isNew ? 'newKeyMade' : 'newKeyLead')}
        </p>
        <button type="button" class="secondary" onClick={() => void rotate()}>
          {words.text('newKey')}
        </button>
      </div>
    </section>
  );
}

/** Dark on light in every theme: not all readers take an inverted one (ISO/IEC 18004 knows none). */
function QrCode({ text, label }: { text: string; label: string }) {
  const [code, setCode] = useState<{ readonly path: string; readonly size: number }>();
  useEffect(() => {
    let isWanted = true;
    void import('./qr.ts').then(
      ({ qrOf }) => isWanted && setCode(qrOf(text)),
      () => undefined, // offline: the link can still be copied
    );
    return () => {
      isWanted = false;
    };
  }, [text]);
  return (
    <div class="qr">
      {code && (
        <svg viewBox={`0 0 ${code.size} ${code.size}`} role="img" aria-label={label} shape-rendering="crispEdges">
          <path d={code.path} />
        </svg>
      )}
    </div>
  );
}

function yes(): boolean {
  return true;
}

/** The browser does not let this page write to the clipboard: the link is selected, to be copied by hand. */
function no(): boolean {
  return false;
}
