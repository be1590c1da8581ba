import { expect } from 'chai';
import { parseRenewal } from '../../../protocol/join.ts';
import { turnCredential } from '../../../server/trust/turn-credentials.ts';
import { at, RawClient, type RunningRelay, startRelay } from './bayeux-client.ts';
import { join, joinExt, joined, Replica, readJoin } from './replica.ts';

const SECRET = 'a secret shared with TURN';
const URLS = ['turn:turn.example.com:3478?transport=udp', 'turns:turn.example.com:5349'];
const STUN = { urls: 'stun:stun.example.com' };

describe('TURN for members', () => {
  let running: RunningRelay;
  let now = 1_700_000_000_400;
  const clients: RawClient[] = [];
  const keep = (client: RawClient) => {
    clients.push(client);
    return client;
  };

  before(async () => {
    running = await startRelay({ turnUrls: URLS, turnSecret: SECRET, ice: [STUN], now: () => now });
  });
  after(async () => {
    for (const client of clients) client.close();
    await running.relay.close();
  });

  it('[ICE-2] the answer to a join has a credential of the member’s own, and how long it lasts', async () => {
    const [client, reply, replica] = await joined(running.url, 'lobby');
    const [other, others] = await joined(running.url, 'lobby');
    keep(client);
    keep(other);
    const credential = turnCredential(SECRET, `g-${replica.id}`, 1_700_000_600);
    expect(reply.ice).to.deep.equal([STUN, { urls: URLS, ...credential }]);
    expect(reply.iceLasts).to.equal(599_600);
    expect(others.ice[1]?.username).not.to.equal(credential.username);
    expect(others.ice[1]?.credential).not.to.equal(credential.credential);
  });

  it('[ICE-2] a join that renews brings the next one', async () => {
    const [client, , replica] = await joined(running.url, 'lobby');
    keep(client);
    now += 540_000;
    const answer = await client.subscribe('/rooms/lobby', { ...joinExt(client, replica, 'lobby'), renew: true });
    const renewal = parseRenewal(at(answer, 'ext', 'natter'));
    const credential = turnCredential(SECRET, `g-${replica.id}`, 1_700_001_140);
    expect(renewal.ok && renewal.value.ice[1]).to.deep.equal({ urls: URLS, ...credential });
    expect(renewal.ok && renewal.value.iceLasts).to.equal(599_600);
  });

  it('[ICE-2] who opens no links gets none', async () => {
    const client = keep(await RawClient.connect(running.url, {}));
    const reply = await join(client, new Replica(), 'lobby', { rtc: false });
    expect([reply.ice, reply.iceLasts]).to.deep.equal([[STUN], undefined]);
    const plain = keep(await RawClient.connect(running.url));
    expect(readJoin(await plain.subscribe('/rooms/lobby', {})).ice).to.deep.equal([STUN]);
  });
});
