import { expect } from 'chai';
import type { UserId } from '../../protocol/ids.ts';
import { TURN_SECONDS, turnCredential, turnServers } from '../../server/trust/turn-credentials.ts';
import { type Coturn, startCoturn } from '../support/coturn.ts';
import { TurnClient } from '../support/turn-client.ts';

/** First and last of what is no part of the internet (IANA's special-purpose registries), and some of what hides it. */
const DENIED = {
  IPv4: [
    ...['0.0.0.0', '0.255.255.255', '10.0.0.1', '10.255.255.255', '100.64.0.1', '100.127.255.255', '127.0.0.1'],
    ...['127.255.255.255', '169.254.169.254', '172.16.0.1', '172.31.255.255', '192.0.0.8', '192.0.2.1', '192.168.0.1'],
    ...['192.168.255.255', '198.18.0.1', '198.19.255.255', '224.0.0.1', '239.255.255.255', '240.0.0.1'],
    '255.255.255.255',
  ],
  IPv6: [
    ...['::', '::1', '::ffff:a00:1', '::ffff:7f00:1', '64:ff9b::a00:1', '64:ff9b:1::1', '100::1', '2001::1'],
    ...['2001:db8::1', '2002:a00:1::1', 'fc00::1', 'fdff:ffff::1', 'fe80::1', 'febf::1', 'ff02::1'],
  ],
};
const ALLOWED = { IPv4: ['8.8.8.8', '1.1.1.1', '172.32.0.1', '100.128.0.1'], IPv6: ['2606:4700::1111', '2a00::1'] };

/** Row 24 of the threat list, by a raw client, against coturn as docs/turn.md configures it. */
describe('attacks by way of TURN', () => {
  let coturn: Coturn;
  const clients: TurnClient[] = [];
  const now = () => Math.floor(Date.now() / 1_000);
  const client = (username: string, credential: string) => {
    const made = new TurnClient(coturn.port, { username, credential });
    clients.push(made);
    return made;
  };
  const member = (user = 'g-ada', expires = now() + TURN_SECONDS) => {
    const { username, credential } = turnCredential(coturn.secret, user, expires);
    return client(username, credential);
  };

  before(async () => {
    coturn = await startCoturn(['relay-ip=::1']);
  });
  after(async () => {
    for (const each of clients) each.close();
    await coturn.stop();
  });

  it('[ICE-1] what the relay gives opens the TURN server of the documented configuration', async () => {
    const settings = { turnUrls: ['turn:127.0.0.1'], turnSecret: coturn.secret };
    const [server] = turnServers(settings, 'g-ada' as UserId, Date.now());
    expect(await client(server?.username ?? '', server?.credential ?? '').allocate()).to.equal(0);
    expect(coturn.output()).not.to.match(/unrecognized option|Bad configuration|Wrong argument/i);
  });

  it('[ICE-3] row 24: a credential that has ended, is another user’s, was made longer or up is refused', async () => {
    const good = turnCredential(coturn.secret, 'g-ada', now() + TURN_SECONDS);
    const refused = {
      ended: await member('g-ada', now() - 1).allocate(),
      'another user’s': await client(good.username.replace('ada', 'bob'), good.credential).allocate(),
      'made longer': await client(`${now() + 10 * TURN_SECONDS}:g-ada`, good.credential).allocate(),
      'without time': await client('g-ada', good.credential).allocate(),
      'made up': await client(good.username, 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=').allocate(),
      nothing: await client('', '').allocate(),
    };
    expect(refused).to.deep.equal(Object.fromEntries(Object.keys(refused).map((name) => [name, 401])));
  });

  for (const family of ['IPv4', 'IPv6'] as const) {
    it(`[ICE-3] row 24: private, local and otherwise special peers are denied, by ${family}`, async () => {
      const inside = member(`g-${family}`);
      expect(await inside.allocate(family)).to.equal(0);
      const codes: Record<string, number> = {};
      for (const address of DENIED[family]) codes[address] = await inside.permit(address);
      expect(codes).to.deep.equal(Object.fromEntries(DENIED[family].map((address) => [address, 403])));
      for (const address of ALLOWED[family]) expect(await inside.permit(address), address).to.equal(0);
    });
  }

  it('[ICE-3] row 24: one user has no more than the quota, whatever the number of credentials', async () => {
    const codes: number[] = [];
    for (let n = 0; n < 17; n += 1) codes.push(await member('g-greedy', now() + TURN_SECONDS - n).allocate());
    expect(codes).to.deep.equal([...Array.from({ length: 16 }, () => 0), 486]);
    expect(await member('g-modest').allocate()).to.equal(0);
  });
});
