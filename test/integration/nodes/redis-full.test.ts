import { mkdirSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect } from 'chai';
import { NODES_KEY } from '../../../server/redis/keys.ts';
import { PULSE } from '../../../server/redis/pulse.ts';
import { eventually } from '../../support/eventually.ts';
import { at, code, metric } from '../relay/bayeux-client.ts';
import { join, publishEntry, Replica } from '../relay/replica.ts';
import { back, channel, heard, RedisStage, type RedisStageOptions, ROOM, readiness, told } from './redis-stage.ts';

describe('Redis is there and takes nothing', () => {
  let stage: RedisStage;
  const start = async (options: RedisStageOptions = {}) => {
    stage = await RedisStage.set(options);
  };

  afterEach(() => stage.clear());

  it('[RED-13] full, and read-only: refused with the reason, shown and counted; typing goes on', async () => {
    await start();
    const [a, far] = [await stage.enter(stage.urls[0]), await stage.enter(stage.urls[1])];
    const limit = (setting: string, value: string) => stage.redis.client.config('SET', setting, value);
    const saved = (status: string) =>
      eventually(async () => {
        expect(await stage.redis.client.info('persistence')).to.include(`rdb_last_bgsave_status:${status}`);
      });
    // A disk that takes no snapshot, to a Redis that is to make them: where the file should go there is a folder.
    const [, folder] = (await stage.redis.client.config('GET', 'dir')) as [string, string];
    const file = resolve(folder, 'dump.rdb');
    const failToSave = async () => {
      mkdirSync(resolve(file, 'taken'), { recursive: true });
      await limit('save', '3600 1');
      await stage.redis.client.bgsave();
      await saved('err');
    };
    const save = async () => {
      rmSync(file, { recursive: true });
      await stage.redis.client.bgsave();
      await saved('ok');
      await limit('save', '');
    };
    for (const [spoil, mend, reason, status] of [
      [() => limit('maxmemory', '1'), () => limit('maxmemory', '0'), 'the log is full', 'Redis: OOM'],
      [
        () => limit('min-replicas-to-write', '1'),
        () => limit('min-replicas-to-write', '0'),
        'the log can only be read',
        'Redis: NOREPLICAS',
      ],
      // a failover that this relay has not followed: of a server that does not answer
      [
        () => stage.redis.client.replicaof('127.0.0.1', 1),
        () => stage.redis.client.replicaof('NO', 'ONE'),
        'the log can only be read',
        'Redis: READONLY',
      ],
      [() => failToSave(), () => save(), 'the log can not be stored', 'Redis: MISCONF'],
    ] as const) {
      await spoil();
      const entry = a.replica.entry(ROOM, reason);
      const refused = await publishEntry(a.client, ROOM, entry);
      expect([code(refused), at(refused, 'ext', 'natter', 'message')]).to.deep.equal(['overloaded', reason]);
      await eventually(async () => expect(await readiness(stage.urls[0])).to.deep.equal([503, status]), 2_000);
      await a.client.publish(`${channel}/presence`, { v: 1, kind: 'typing', on: true });
      expect(await metric(stage.urls[0], 'natter_ready')).to.equal(0);
      await mend();
      await back(stage.urls[0]);
      expect((await publishEntry(a.client, ROOM, entry)).successful).to.equal(true);
    }
    await eventually(() => expect(told(far.client, 'typing')).to.have.length(4));
    await eventually(() => expect(heard(far.client).map(([, offset]) => offset)).to.deep.equal([1, 2, 3, 4]));
    expect(await metric(stage.urls[0], 'natter_refusals_total{code="overloaded"}')).to.equal(4);
    expect([a, far].map(({ client }) => told(client, 'leave'))).to.deep.equal([[], []]);
  });

  it('[RED-13] [RED-23] full for longer than relays are given to live: nobody is shown leaving, and Redis is not asked all the time', async () => {
    await start();
    const [a, far] = [await stage.enter(stage.urls[0]), await stage.enter(stage.urls[1])];
    await stage.redis.client.config('SET', 'maxmemory', '1');
    await stage.redis.client.config('RESETSTAT');
    const late = new Replica(); // let in, though Redis does not keep that it is there
    const client = await stage.connect(stage.urls[0]);
    await join(client, late, ROOM);
    await eventually(async () => {
      const beats = await stage.redis.client.zrangebyscore(NODES_KEY, '-inf', '+inf', 'WITHSCORES');
      const newest = Math.max(...beats.filter((_, n) => n % 2 === 1).map(Number));
      expect(Date.now() - newest, 'since the last beat that was taken').to.be.greaterThan(PULSE.dead + 3_000);
    }, 20_000);
    await a.client.publish(`${channel}/presence`, { v: 1, kind: 'typing', on: true });
    await eventually(() => expect(told(far.client, 'typing')).to.have.length(1));
    const [, asked] = /cmdstat_hgetall:calls=(\d+)/.exec(await stage.redis.client.info('commandstats')) ?? [];
    expect(Number(asked), 'looks at who is there').to.be.within(1, 50);
    await stage.redis.client.config('SET', 'maxmemory', '0');
    await Promise.all(stage.urls.map(back));
    await eventually(async () =>
      expect((await join(far.client, far.replica, ROOM)).members.map(({ replica }) => replica)).to.have.members(
        [a, far, { replica: late }].map(({ replica }) => replica.id),
      ),
    );
    expect([a, far].map((one) => told(one.client, 'leave'))).to.deep.equal([[], []]);
  }).timeout(60_000);

  for (const [who, others] of [
    ['the first relay', 0],
    ['a relay beside another', 1],
  ] as const) {
    it(`[RED-26] ${who} that starts while Redis is full takes its part when that has room again`, async () => {
      stage = await RedisStage.alone();
      if (others > 0) await stage.relay();
      await stage.redis.client.config('SET', 'maxmemory', '1');
      const late = await stage.relay();
      await eventually(async () => expect((await readiness(late))[0]).to.equal(503));
      await stage.redis.client.config('SET', 'maxmemory', '0');
      await back(late);
      await stage.enter(late);
    });
  }
});
