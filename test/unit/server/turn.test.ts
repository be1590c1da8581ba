import { expect } from 'chai';
import type { UserId } from '../../../protocol/ids.ts';
import { TURN_SECONDS, turnCredential, turnServers } from '../../../server/trust/turn-credentials.ts';

const NOW = 1_700_000_000_250;
const SETTINGS = { turnUrls: ['turn:turn.example.com:3478'], turnSecret: 'a shared secret of TURN' };

describe('TURN credentials', () => {
  it('[ICE-1] are the expiry and the user, and base64 of the HMAC-SHA1 of that', () => {
    // printf '1700000600:g-ada' | openssl dgst -sha1 -hmac north -binary | base64
    expect(turnCredential('north', 'g-ada', 1_700_000_600)).to.deep.equal({
      username: '1700000600:g-ada',
      credential: 'BR432JZJXE5x540dMNMQwWJ5daE=',
    });
  });

  it('[ICE-2] end within ten minutes, are another for each user, and there are none without a secret', () => {
    const [ada] = turnServers(SETTINGS, 'g-ada' as UserId, NOW);
    const [bo] = turnServers(SETTINGS, 'g-bo' as UserId, NOW);
    expect(ada?.urls).to.deep.equal(SETTINGS.turnUrls);
    expect(ada?.username).to.equal('1700000600:g-ada');
    expect(TURN_SECONDS).to.equal(600);
    expect(ada?.credential).not.to.equal(bo?.credential);
    expect(turnServers({ turnUrls: undefined, turnSecret: undefined }, 'g-ada' as UserId, NOW)).to.deep.equal([]);
  });

  it('[ICE-2] name a user whose id a TURN server would not take by a hash of it', () => {
    for (const id of ["O'Brien", 'an id with blanks', 'ユーザー', 'x'.repeat(128), 'a:b']) {
      const [server] = turnServers(SETTINGS, id as UserId, NOW);
      expect(server?.username, id).to.match(/^1700000600:[A-Za-z0-9_-]{22}$/);
    }
  });
});
