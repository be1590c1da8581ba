import { expect } from 'chai';
import type { ConnectionView } from '../../../widget/core/view.ts';
import { type BannerState, NO_BANNER, nextBannerChange, stepBanner } from '../../../widget/ui/banner-policy.ts';

const SINCE = 1_000_000;
const ONLINE: ConnectionView = { state: 'online' };

/** The banner as it changes by itself while the connection stays what it is. */
function play(
  connection: ConnectionView,
  from: number,
  until: number,
  before: BannerState = NO_BANNER,
): [number, BannerState][] {
  const seen: [number, BannerState][] = [];
  let banner = stepBanner(before, connection, from);
  seen.push([from - SINCE, banner]);
  for (let at = nextBannerChange(banner, connection, from); at !== undefined && at <= until; ) {
    const next = stepBanner(banner, connection, at);
    seen.push([at - SINCE, next]);
    banner = next;
    const following = nextBannerChange(banner, connection, at);
    if (following !== undefined && following <= at) throw new Error('the clock does not move on');
    at = following;
  }
  return seen;
}

describe('banner policy', () => {
  it('[UI-10] an offline browser is mentioned at once', () => {
    expect(stepBanner(NO_BANNER, { state: 'browser-offline', since: SINCE }, SINCE)).to.deep.equal({ kind: 'offline' });
  });

  it('[UI-10] a dropped relay is mentioned after 5 s, with the seconds to the next try', () => {
    expect(play({ state: 'down', since: SINCE, retryAt: SINCE + 7_500 }, SINCE, SINCE + 20_000)).to.deep.equal([
      [0, { kind: 'none' }],
      [5_000, { kind: 'down', seconds: 3 }],
      [5_500, { kind: 'down', seconds: 2 }],
      [6_500, { kind: 'down', seconds: 1 }],
      [7_500, { kind: 'down' }],
    ]);
  });

  it('[UI-10] a drop that heals within 5 s is never mentioned, not even as over', () => {
    const down = stepBanner(NO_BANNER, { state: 'down', since: SINCE }, SINCE + 4_999);
    expect(stepBanner(down, ONLINE, SINCE + 4_999)).to.deep.equal({ kind: 'none' });
  });

  it('[UI-10] back online is said for 2 s after it was mentioned', () => {
    expect(play(ONLINE, SINCE, SINCE + 9_000, { kind: 'offline' })).to.deep.equal([
      [0, { kind: 'back', until: SINCE + 2_000 }],
      [2_000, { kind: 'none' }],
    ]);
  });

  it('[UI-10] online again but without the relay stays mentioned', () => {
    const down: ConnectionView = { state: 'down', since: SINCE };
    expect(stepBanner({ kind: 'offline' }, down, SINCE)).to.deep.equal({ kind: 'down' });
  });
});
