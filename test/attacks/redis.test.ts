import { expect } from 'chai';
import { Redis } from 'ioredis';
import sinon from 'sinon';
import { createLogger, type Logger } from '../../server/observe/log.ts';
import { warnOfOpenRedis } from '../../server/redis/open-redis.ts';
import { at, RawClient, type RunningRelay, startRelay } from '../integration/relay/bayeux-client.ts';
import { joined, publishEntry, Replica } from '../integration/relay/replica.ts';
import { eventually } from '../support/eventually.ts';
import { type RedisProcess, startRedis } from '../support/redis.ts';

const BUS = 'natter:{rooms/lobby}:bus';

/** Somebody who can write to the Redis, or a relay of another make. */
describe('attacks by way of Redis', () => {
  let redis: RedisProcess;
  let running: RunningRelay;
  let log: Logger;
  let warn: sinon.SinonStub;
  let error: sinon.SinonStub;

  beforeEach(async () => {
    redis = await startRedis();
    log = createLogger('silent');
    warn = sinon.stub(log, 'warn');
    error = sinon.stub(log, 'error');
    running = await startRelay({ redisUrl: redis.url, logger: log });
  });

  afterEach(async () => {
    await running.relay.close();
    await redis.close();
  });

  const nodes = () => redis.client.zrange('natter:nodes', '0', '-1');
  /** Says a last thing, after which all that was published before has been heard. */
  const expectAlive = async (client: RawClient, replica: Replica) => {
    const reply = await publishEntry(client, 'lobby', replica.entry('lobby', 'the last thing'));
    expect(reply.successful, JSON.stringify(reply)).to.equal(true);
    const last = 'the last thing';
    await client.until(() => client.frames.join('').includes(last), 4_000, 'the last thing');
    return client.heard.filter(({ channel }) => channel === '/rooms/lobby');
  };

  it('[SEC-7] row 37: junk on a room’s bus: read like any input, heard by nobody, and the process lives', async () => {
    const [client, { epoch }, replica] = await joined(running.url, 'lobby');
    await client.subscribe('/rooms/lobby/presence');
    const [other] = await joined(running.url, 'other');
    await other.subscribe('/rooms/other/presence');
    client.heard.length = 0;
    other.heard.length = 0;
    const entry = JSON.stringify(new Replica().entry('lobby', 'x'));
    const typing = '{"v":1,"kind":"typing","on":true}';
    const frame = (rest: string) => `{"v":1,"entry":${entry}${rest}}`;
    const junk = [
      ...['', 'C', 'E', 'I', 'O', 'X', '\n', 'C\n', 'E\n', 'C/rooms/lobby', 'E1 2 3 4', 'I{}', 'Onode junk'],
      ...[
        'C/rooms/lobby\nnot json',
        'C/rooms/lobby\n',
        'C/rooms/lobby\n{}',
        'C/rooms/lobby\n{"v":2}',
        'C/rooms/lobby\n7',
      ],
      `C/rooms/other/presence\n${typing}`,
      `C/rooms/lobby\n{}},{"channel":"/rooms/other","data":{"v":1}`,
      `C/meta/connect\n${typing}`,
      `C/rooms/lobby\n${'['.repeat(100_000)}`,
      `E${epoch} 1 1 0\nnot json`,
      `E${epoch} 1 1 0\n{"v":1,"entry":{}}`,
      `E${epoch} 1 1 0\n${frame('')},{"channel":"/rooms/other"`,
      `E${epoch} 1 1 0\n${frame(',"epoch":"another","offset":1')}`,
      `E${epoch} -1 1 0\n${frame(`,"epoch":"${epoch}","offset":-1`)}`,
      `E${epoch} 9007199254740993 1 0\n${frame(`,"epoch":"${epoch}","offset":9007199254740993`)}`,
      'I__proto__ {"__proto__":{"polluted":true}}',
      `I${'x'.repeat(100_000)}`,
    ];
    for (const message of junk) await redis.client.publish(BUS, message);
    const heard = await expectAlive(client, replica);
    expect(heard.map(({ data }) => at(data, 'entry', 'replica'))).to.deep.equal([replica.id]);
    for (const text of client.frames) expect(() => JSON.parse(text)).not.to.throw();
    expect(other.heard).to.deep.equal([]);
    expect(Reflect.get({}, 'polluted')).to.equal(undefined);
    expect(error.args).to.deep.equal([]);
    for (const each of [client, other]) each.close();
  });

  it('[SEC-7] row 37: an entry far in the future on the bus does not carry the room’s clock away', async () => {
    const [client, { epoch }] = await joined(running.url, 'lobby');
    const author = { user: 'g-x', name: 'x' };
    const late = { v: 1, entry: new Replica().entry('lobby', 'x', { clock: [2 ** 52, 0] }), author, epoch, offset: 1 };
    await redis.client.publish(BUS, `E${epoch} 1 ${2 ** 52} 0\n${JSON.stringify(late)}`);
    await client.until(() => client.heard.length > 0, 4_000, 'what the bus brought');
    client.close();
    const plain = await RawClient.connect(running.url);
    await plain.subscribe('/rooms/lobby');
    await plain.publish('/rooms/lobby', { text: 'now' });
    await plain.until(() => plain.frames.join('').includes('now'), 4_000, 'what was said');
    const said = plain.heard.find(({ data }) => String(at(data, 'entry', 'payload')).includes('now'));
    expect(at(said?.data, 'entry', 'clock', 0)).to.be.closeTo(Date.now(), 60_000);
    plain.close();
  });

  it('[SEC-7] row 37: junk for a relay itself: nothing ends the process, no socket gets what is no batch', async () => {
    const [node = ''] = await nodes();
    const [client, , replica] = await joined(running.url, 'lobby');
    const junk = [
      ...['', 'W', 'W1', 'W1\n', 'W1\nnot json', 'W1\n{}', 'Wx,y\n[]', '{}', '[]', 'null', '{"type":"ask"}', '7'],
      '{"type":"ask","edge":"x","ask":1,"message":null}',
      '{"type":"ask","edge":"x","ask":1,"socket":1,"message":{"channel":["/a"],"clientId":{}}}',
      '{"type":"ask","edge":"x","ask":1,"message":{"channel":"/meta/connect","clientId":"x","connectionType":"y"}}',
      '{"type":"answer","ask":1,"replies":[{}]}',
      '{"type":"answer","ask":1,"replies":["not json"]}',
      '{"type":"restore","clientId":"x","deliveries":[["/rooms/lobby","not json"]]}',
      '{"type":"alive","edge":"x","sockets":[1,2,3]}',
      '{"type":"gone","edge":"x","socket":1}',
      ...[0, 999, 1005, 1006, 5_000, 70_000].map((code) => `{"type":"close","socket":1,"code":${code},"reason":"x"}`),
      `{"type":"close","socket":1,"code":1000,"reason":"${'x'.repeat(124)}"}`,
    ];
    for (const message of junk) await redis.client.publish(`natter:node:${node}`, message);
    await expectAlive(client, replica);
    expect(error.args).to.deep.equal([]);
    client.close();
  });

  it('[SEC-7] row 37: keys that somebody else has written: refused or ignored, and the process lives', async () => {
    const [client, , replica] = await joined(running.url, 'lobby');
    await publishEntry(client, 'lobby', replica.entry('lobby', 'one'));
    await redis.client.xadd('natter:{rooms/lobby}:log', '5000-0', 'frame', 'not json', 'bytes', 'x', 'at', 'y');
    await redis.client.hset(
      'natter:{rooms/lobby}:members',
      'junk',
      'junk',
      '__proto__',
      'node {}',
      'x'.repeat(22),
      '{',
    );
    for (const room of ['lobby', 'fresh']) {
      await redis.client.set(`natter:{rooms/${room}}:have`, 'no hash');
      const newcomer = await joined(running.url, room).catch((reason: unknown) => String(reason));
      expect(newcomer, room).to.satisfy((found: unknown) => Array.isArray(found) || /40|50|retry/.test(String(found)));
      if (Array.isArray(newcomer)) newcomer[0].close();
    }
    expect((await fetch(`${running.url}/healthz`)).status).to.equal(200);
    await redis.client.del('natter:{rooms/fresh}:have');
    const [after, , author] = await joined(running.url, 'after');
    expect((await publishEntry(after, 'after', author.entry('after', 'hi'))).successful).to.equal(true);
    for (const each of [client, after]) each.close();
  });

  it('[SEC-7] row 37: what people write is never in a pattern, and no pattern is ever asked', async () => {
    const asking = new Redis(redis.url);
    const monitor = await asking.monitor();
    const commands: string[] = [];
    monitor.on('monitor', (_time: string, [name = '']: readonly string[]) => commands.push(name.toLowerCase()));
    for (const room of ['~2a', 'a~5bb~5dc~3f', '~5c~2a~0d~0a']) {
      const client = await RawClient.connect(running.url);
      expect((await client.subscribe([`/rooms/${room}`, `/rooms/${room}/presence`])).successful, room).to.equal(true);
      await client.publish(`/rooms/${room}`, { text: '*' });
      await client.publish(`/rooms/${room}/presence`, { v: 1, kind: 'typing', on: true });
      await client.on(`/rooms/${room}`, 1);
      client.close();
    }
    await eventually(() => expect(commands).to.include('subscribe').and.to.include('hgetall'));
    for (const connection of [asking, monitor]) connection.disconnect();
    expect(commands.filter((name) => /^(p(un)?subscribe|keys|[hsz]?scan)$/.test(name))).to.deep.equal([]);
  });

  it('[SEC-8] row 37: a Redis without a password that listens on all addresses is warned of at start, once', async () => {
    expect(warn.args.flat().join()).not.to.include('password');
    for (const [url, bind, expected] of [
      [redis.url, '* -::*', 1],
      [redis.url, '127.0.0.1 ::1', 0],
      [redis.url, '127.0.0.1 10.0.0.7', 1],
      [redis.url, '', 1],
      ['redis://redis.internal:6379', '127.0.0.1', 1],
      ['redis://:open-sesame@redis.internal:6379', '*', 0],
    ] as const) {
      warn.resetHistory();
      const connection = sinon.createStubInstance(Redis);
      connection.once.callsFake((_event: string | symbol, listener: (...args: never[]) => void) => {
        listener();
        return connection;
      });
      connection.config.resolves(['bind', bind]);
      warnOfOpenRedis(url, connection, log);
      await new Promise(setImmediate);
      expect(warn.callCount, `${url} on ${bind}`).to.equal(expected);
      expect(JSON.stringify(warn.args)).not.to.include('sesame');
    }
  });

  it('[SEC-8] row 37: so is a real one, and one that does not tell is not', async () => {
    await redis.client.config('SET', 'bind', '* -::*');
    const second = await startRelay({ redisUrl: redis.url, logger: log });
    await eventually(() => expect(warn.args.flat().join()).to.include('no password'));
    await second.relay.close();
    warn.resetHistory();
    await redis.client.call('ACL', 'SETUSER', 'default', '-config');
    const third = await startRelay({ redisUrl: redis.url, logger: log });
    expect((await fetch(`${third.url}/readyz`)).status).to.equal(200);
    expect(warn.args.flat().join()).not.to.include('password');
    await third.relay.close();
  });
});
