import { useState } from 'preact/hooks';
import type { Barred, Notice } from '../core/view.ts';
import type { PlainKey } from '../i18n/catalogue.ts';
import { ICONS, Icon } from './icons.tsx';
import { useWords } from './panel-context.ts';

const SENTENCES: Readonly<Record<Notice, PlainKey>> = {
  'storage-unavailable': 'noticeStorage',
  'insecure-context': 'noticeInsecure',
  'damaged-key': 'keyDamaged',
  'not-a-moderator': 'noticeModerator',
};

/** Plain sentences, each said once: dismissed, it does not come back while the panel lives. */
export function Notices({ notices, dismissed }: { notices: readonly Notice[]; dismissed: Set<Notice> }) {
  const words = useWords();
  const [, redraw] = useState(0);
  const shown = notices.find((notice) => !dismissed.has(notice));
  if (!shown) return null;
  return (
    <div class="notice" role="note">
      <p>{words.text(SENTENCES[shown])}</p>
      <button
        type="button"
        class="icon-button small"
        aria-label={words.text('dismiss')}
        onClick={() => {
          dismissed.add(shown);
          redraw((count) => count + 1);
        }}
      >
        <Icon path={ICONS.close} size={16} />
      </button>
    </div>
  );
}

/** Stands where the composer was when the relay will not have this visitor: a sentence and an action. */
export function BarredNote({ barred, onRetry }: { barred: Barred; onRetry(): void }) {
  const words = useWords();
  return (
    <div class="barred" role="alert" data-refusal={barred.code}>
      <p>{words.text(sentenceFor(barred))}</p>
      <button type="button" class="secondary" onClick={onRetry}>
        {words.text('tryAgain')}
      </button>
    </div>
  );
}

function sentenceFor({ code }: Barred): PlainKey {
  switch (code) {
    case 'guests_off':
      return 'barredGuests';
    case 'banned':
      return 'barredBanned';
    case 'room_locked':
      return 'barredLocked';
    case 'token_expired':
      return 'barredExpired';
    case 'token_revoked':
      return 'barredRevoked';
    case 'token_invalid':
      return 'barredToken';
    case 'room_forbidden':
      return 'barredRoom';
    case 'login_unavailable':
      return 'barredLogin';
    case 'origin':
      return 'barredOrigin';
    case 'unknown_session':
    case 'wrong_secret':
      return 'barredSession';
    case 'too_fast':
    case 'overloaded':
    case 'closing':
      return 'barredBusy';
    default:
      return 'barredOther';
  }
}
