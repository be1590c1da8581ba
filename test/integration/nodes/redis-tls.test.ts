import { expect } from 'chai';
import { type Certificates, makeCertificates } from '../../support/certificates.ts';
import { eventually } from '../../support/eventually.ts';
import { type RedisProcess, startRedis } from '../../support/redis.ts';
import { type RelayProcess, startRelayProcess } from '../../support/relay-process.ts';
import { at } from '../relay/bayeux-client.ts';
import { joined, publishEntry } from '../relay/replica.ts';

const ROOM = 'lobby';

describe('a Redis that speaks TLS', () => {
  let certificates: Certificates;
  let redis: RedisProcess;
  let relays: readonly RelayProcess[] = [];

  before(async () => {
    certificates = makeCertificates();
    redis = await startRedis([], certificates);
    await redis.client.config('SET', 'requirepass', 'open sesame');
  });

  afterEach(() => Promise.all(relays.map((relay) => relay.stop())));

  after(async () => {
    await redis.close();
    certificates.remove();
  });

  const start = async (count: number, password: string, env: NodeJS.ProcessEnv) => {
    const REDIS_URL = redis.url.replace('//', `//:${encodeURIComponent(password)}@`);
    const relay = () => startRelayProcess(['--log', 'warn'], { ...env, REDIS_URL });
    relays = await Promise.all(Array.from({ length: count }, relay));
    return relays;
  };
  const status = async ({ url }: RelayProcess) => at(await (await fetch(`${url}/readyz`)).json(), 'status');

  it('[RED-15] relays that know the authority share their rooms by it', async () => {
    const [a, b] = await start(2, 'open sesame', { NODE_EXTRA_CA_CERTS: certificates.ca });
    if (!a || !b) throw new Error('no relays');
    expect([await status(a), await status(b)]).to.deep.equal(['ready', 'ready']);
    const [[here, , replica], [there]] = [await joined(a.url, ROOM), await joined(b.url, ROOM)];
    const reply = await publishEntry(here, ROOM, replica.entry(ROOM, 'hello'));
    expect(at(reply, 'ext', 'natter', 'offset')).to.equal(1);
    const [frame] = await there.on(`/rooms/${ROOM}`, 1);
    expect(at(frame, 'entry', 'replica')).to.equal(replica.id);
    for (const client of [here, there]) client.close();
  });

  it('[RED-15] a relay that does not know it sends nothing there, says so once, and is not ready', async () => {
    const [relay] = await start(1, 'open sesame', { NODE_EXTRA_CA_CERTS: '' });
    if (!relay) throw new Error('no relay');
    expect(await status(relay)).to.equal('Redis: away');
    await eventually(() => expect(relay.output()).to.match(/unable to (verify|get local issuer)|self.signed/));
    const told = relay
      .output()
      .split('\n')
      .filter((line) => line.includes('Redis can not be reached'));
    expect(told).to.have.length(1);
  });

  it('[RED-15] a wrong password is said in the log, and the password is not', async () => {
    const [relay] = await start(1, 'open barley', { NODE_EXTRA_CA_CERTS: certificates.ca });
    if (!relay) throw new Error('no relay');
    expect(await status(relay)).to.not.equal('ready');
    await eventually(() => expect(relay.output()).to.include('WRONGPASS'));
    expect(relay.output()).to.not.include('barley');
  });
});
