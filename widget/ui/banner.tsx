import { useEffect, useState } from 'preact/hooks';
import type { ConnectionView } from '../core/view.ts';
import type { FullWords } from '../i18n/full-words.ts';
import { type BannerState, NO_BANNER, nextBannerChange, stepBanner } from './banner-policy.ts';
import { EXTRA_ICONS } from './extra-icons.ts';
import { useFullWords } from './full-words.ts';
import { Icon } from './icons.tsx';

/** Says what a visitor must know about the connection. Only the sentence is announced, not each second. */
export function Banner({ connection, onRetry }: { connection: ConnectionView; onRetry(): void }) {
  const words = useFullWords();
  const banner = useBanner(connection);
  return (
    <div class="banner" part="banner" data-banner={banner.kind}>
      <span role="status" class="banner-text">
        {banner.kind !== 'none' && (
          <Icon path={banner.kind === 'back' ? EXTRA_ICONS.check : EXTRA_ICONS.offline} size={16} />
        )}
        {sentence(banner, words)}
      </span>
      {banner.kind === 'down' && (
        <span class="banner-retry">
          <span class="countdown">
            {banner.seconds ? words.plural('bannerRetry', banner.seconds) : words.text('bannerTrying')}
          </span>
          <button
            type="button"
            class="text-button"
            // Not `disabled`, which would take the focus away from who has just pressed it.
            aria-disabled={!banner.seconds}
            onClick={() => banner.seconds && onRetry()}
          >
            {words.text('tryNow')}
          </button>
        </span>
      )}
    </div>
  );
}

function useBanner(connection: ConnectionView): BannerState {
  const [banner, setBanner] = useState<BannerState>(() => stepBanner(NO_BANNER, connection, Date.now()));
  useEffect(() => setBanner((before) => stepBanner(before, connection, Date.now())), [connection]);
  useEffect(() => {
    const at = nextBannerChange(banner, connection, Date.now());
    if (at === undefined) return;
    const timer = setTimeout(() => setBanner(stepBanner(banner, connection, Date.now())), Math.max(0, at - Date.now()));
    return () => clearTimeout(timer);
  }, [banner, connection]);
  return banner;
}

function sentence(banner: BannerState, words: FullWords): string {
  switch (banner.kind) {
    case 'offline':
      return words.text('bannerOffline');
    case 'down':
      return words.text('bannerDown');
    case 'back':
      return words.text('backOnline');
    case 'none':
      return '';
  }
}
