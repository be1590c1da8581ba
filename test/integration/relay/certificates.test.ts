import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as path } from 'node:path';
import { expect } from 'chai';
import { parseCertificate, type SignedCertificate } from '../../../protocol/certificate.ts';
import { guestId } from '../../../protocol/ids.ts';
import { parseRenewal } from '../../../protocol/join.ts';
import type { RelayOptions } from '../../../server/index.ts';
import { at, code, RawClient, type RunningRelay, startRelay } from './bayeux-client.ts';
import { join, joinExt, joined, publishEntry, Replica } from './replica.ts';

const LOBBY = '/rooms/lobby';
const MINUTE = 60_000;

function read(text: unknown): SignedCertificate {
  const parsed = parseCertificate(text);
  if (!parsed.ok) throw new Error(`${parsed.message}: ${JSON.stringify(text)}`);
  return parsed.value;
}

describe('certificates', () => {
  let running: RunningRelay;
  let now = Date.now();
  const clients: RawClient[] = [];

  const restart = async (options: RelayOptions = {}) => {
    for (const client of clients.splice(0)) client.close();
    await running?.relay.close();
    running = await startRelay({ now: () => now, ...options });
  };
  const enter = async (replica?: Replica) => {
    const entered = await joined(running.url, 'lobby', replica);
    clients.push(entered[0]);
    return entered;
  };
  const renew = async (client: RawClient, replica: Replica, more: object = {}) =>
    client.subscribe(LOBBY, { ...joinExt(client, replica, 'lobby'), renew: true, ...more });

  beforeEach(async () => {
    now = Date.now();
    await restart();
  });

  after(async () => {
    for (const client of clients.splice(0)) client.close();
    await running.relay.close();
  });

  it('[CERT-1] [ROOM-1] come with the join, and a repeated join brings a new one, with the new name', async () => {
    const [client, reply, replica] = await enter();
    const first = read(reply.certificate);
    expect(first).to.include({ key: replica.key, user: undefined, name: reply.self.name, role: 'member' });
    expect(first.until - first.from).to.equal(15 * MINUTE);
    expect(now - first.from).to.be.within(0, 1_000);
    now += MINUTE;
    const again = await join(client, replica, 'lobby', { name: 'Renamed' });
    expect(again.relayKey).to.equal(reply.relayKey);
    expect(read(again.certificate)).to.include({ name: 'Renamed', from: first.from + MINUTE });
  });

  it('[CERT-1] are renewed without anybody noticing, for members with a key alone', async () => {
    const [client, reply, replica] = await enter();
    const [watcher] = await enter();
    await watcher.subscribe(`${LOBBY}/presence`);
    now += 10 * MINUTE;
    const answer = await renew(client, replica);
    const renewal = parseRenewal(at(answer, 'ext', 'natter'));
    expect(renewal.ok && renewal.value.relayKey).to.equal(reply.relayKey);
    expect(renewal.ok && Object.keys(at(answer, 'ext', 'natter') as object)).to.have.members([
      'certificate',
      'relayKey',
      'ice',
    ]);
    const { from, name } = read(renewal.ok && renewal.value.certificate);
    expect([from - read(reply.certificate).from, name]).to.deep.equal([10 * MINUTE, reply.self.name]);
    expect(code(await renew(client, new Replica(), { key: new Replica().key }))).to.equal('bad_proof');
    const stranger = new Replica();
    expect(code(await renew(client, stranger))).to.equal('not_a_member');
    const [outsider] = [await RawClient.connect(running.url, {})];
    clients.push(outsider);
    expect(code(await renew(outsider, new Replica()))).to.equal('not_a_member');
    await publishEntry(client, 'lobby', replica.entry('lobby', 'still here'));
    await client.on(LOBBY, 1);
    expect(watcher.heard.filter(({ channel }) => channel === `${LOBBY}/presence`)).to.deep.equal([]);
  });

  it('[CERT-6] a member whose certificate has ended is refused until it has a new one, whatever it writes with', async () => {
    const [client, , replica] = await enter();
    now += 19 * MINUTE;
    expect(
      (await publishEntry(client, 'lobby', replica.entry('lobby', 'just in time', { clock: [now, 0] }))).successful,
    ).to.equal(true);
    now += 2 * MINUTE;
    const entry = replica.entry('lobby', 'late', { clock: [now, 0] });
    for (const cert of [entry.cert, new Replica().certified('lobby').certificates.get('lobby')])
      expect(code(await publishEntry(client, 'lobby', { ...entry, cert }))).to.be.oneOf([
        'certificate_expired',
        'bad_signature',
      ]);
    expect(code(await publishEntry(client, 'lobby', entry))).to.equal('certificate_expired');
    expect((await renew(client, replica)).successful).to.equal(true);
    const reply = await publishEntry(client, 'lobby', entry);
    expect(at(reply, 'ext', 'natter', 'offset'), 'with the certificate of then').to.equal(2);
  });

  it('[CERT-3] an entry outside its certificate’s time is refused: 5 minutes before, 25 hours after', async () => {
    const [client, reply, replica] = await enter();
    const { from, until } = read(reply.certificate);
    const writtenAt = async (ms: number) => {
      const header = { replica: replica.id, seq: 7, prev: null, clock: [ms, 0] as const, kind: 'message' };
      return code(await publishEntry(client, 'lobby', replica.seal('lobby', header, '{"text":"x"}')));
    };
    expect(await writtenAt(from - 5 * MINUTE - 1)).to.equal('bad_certificate');
    expect(await writtenAt(0)).to.equal('bad_certificate');
    now = until + 26 * 60 * MINUTE;
    const [giver] = await enter();
    const late = { replica: replica.id, seq: 9, prev: null, kind: 'message' } as const;
    const give = async (ms: number) =>
      giver.publish(LOBBY, { v: 1, entry: replica.seal('lobby', { ...late, clock: [ms, 0] }, '{"text":"x"}') });
    expect(code(await give(until + 25 * 60 * MINUTE + 1))).to.equal('bad_certificate');
    expect((await give(until + 25 * 60 * MINUTE)).successful).to.equal(true);
  });

  it('[CERT-7] of members without a key are the relay’s affair: it certifies them, and again before that ends', async () => {
    const plain = await RawClient.connect(running.url);
    clients.push(plain);
    const certificates: SignedCertificate[] = [];
    await plain.subscribe(LOBBY, { name: 'Plain' });
    for (const minutes of [0, 13, 2]) {
      now += minutes * MINUTE;
      await plain.publish(LOBBY, { text: 'hi' });
      const heard = await plain.on(LOBBY, certificates.length + 1);
      const frame = heard[heard.length - 1];
      certificates.push(read(at(frame, 'entry', 'cert')));
      expect(at(frame, 'author')).to.deep.equal({
        user: guestId(String(at(frame, 'entry', 'replica')) as never),
        name: 'Plain',
      });
    }
    const [first, same, next] = certificates;
    expect(same?.sig).to.equal(first?.sig);
    expect(next?.from).to.equal((first?.from ?? 0) + 15 * MINUTE);
  });

  it('[CERT-9] of a relay that keeps its secret count after a restart; with a new one they are worth nothing', async () => {
    const folder = mkdtempSync(path(tmpdir(), 'natter-data-'));
    try {
      const giveBack = async (options: RelayOptions) => {
        await restart(options);
        const [, , author] = await enter();
        const entry = author.entry('lobby', 'before the restart');
        await restart(options);
        const [client] = await enter();
        return publishEntry(client, 'lobby', entry);
      };
      const own = { relayKey: undefined, dataFolder: folder };
      expect((await giveBack(own)).successful).to.equal(true);
      expect(code(await giveBack({ relayKey: undefined }))).to.equal('bad_certificate');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
