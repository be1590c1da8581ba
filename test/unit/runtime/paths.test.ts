import { webcrypto } from 'node:crypto';
import { expect } from 'chai';
import type { ControlFrame, EntryFrame, Frame } from '../../../protocol/frames.ts';
import { guestId, type ReplicaId, type RoomName } from '../../../protocol/ids.ts';
import type { Event } from '../../../widget/core/events.ts';
import { createKeys, identityOf } from '../../../widget/runtime/identity.ts';
import type { Observation } from '../../../widget/runtime/observe.ts';
import { Paths } from '../../../widget/runtime/paths.ts';
import type { Identity, LinkEvents, LinkWire, RelayEvents } from '../../../widget/runtime/ports.ts';
import { Trust } from '../../../widget/runtime/trust.ts';
import { TestAuthority } from '../../support/certificate.ts';
import { joinReply, member } from '../../support/core-driver.ts';
import { eventually } from '../../support/eventually.ts';
import { FakePlatform } from '../../support/fake-platform.ts';

const subtle = webcrypto.subtle as unknown as SubtleCrypto;
const ROOM = 'lobby' as RoomName;
const MINUTE = 60_000;

async function identify(relay: TestAuthority, name: string): Promise<Identity> {
  const identity = await identityOf(await createKeys(subtle), ROOM, subtle);
  identity.certified(relay.certify(ROOM, identity.publicKey, name));
  return identity;
}

async function say(by: Identity, text: string, seq = 1): Promise<EntryFrame> {
  const numbered = { draft: 'd', seq, clock: [1_000_000_000_000, seq] as const, kind: 'message' };
  const [sealed] = await by.seal(null, [{ ...numbered, payload: JSON.stringify({ text }) }]);
  if (!sealed) throw new Error('nothing sealed');
  return { v: 1, entry: sealed.entry };
}

/** One stay in a room with a relay and links that do what they are told. */
class Stage {
  readonly relay = new TestAuthority();
  readonly platform = new FakePlatform(this.relay.now);
  readonly events: Event[] = [];
  readonly observed: Observation[] = [];
  readonly published: Frame[] = [];
  readonly dropped: ReplicaId[] = [];
  renewals = 0;
  fromRelay!: RelayEvents;
  links!: LinkEvents;
  wire!: LinkWire;
  paths!: Paths;
  self!: Identity;

  static async set(): Promise<Stage> {
    const stage = new Stage();
    await stage.begin();
    return stage;
  }

  private async begin(): Promise<void> {
    this.self = await identityOf(await createKeys(subtle), ROOM, subtle);
    const hello = () => ({ name: 'Me', rtc: true, have: {}, cursor: undefined });
    const nothing = () => undefined;
    this.paths = new Paths(
      { identity: this.self, hello, dispatch: (event) => this.events.push(event) },
      {
        platform: this.platform,
        trust: new Trust(subtle, ROOM),
        observe: (observation) => this.observed.push(observation),
        openRelay: (_identity, _hello, events) => {
          this.fromRelay = events;
          return {
            ...{
              start: nothing,
              reconnect: nothing,
              rejoin: nothing,
              setVisible: nothing,
              stop: async () => undefined,
            },
            publish: (_channel, frame) => this.published.push(frame),
            renew: () => (this.renewals += 1),
          };
        },
        loadLinks: async () => (_self, events, _platform, wire) => {
          this.links = events;
          this.wire = wire;
          return {
            ...{
              want: nothing,
              signalled: nothing,
              send: nothing,
              retryNow: nothing,
              rest: nothing,
              setIce: nothing,
              close: nothing,
            },
            drop: (replica) => this.dropped.push(replica),
          };
        },
      },
    );
    await this.join();
  }

  async join(): Promise<void> {
    const { relayKey, now } = this.relay;
    const certificate = this.relay.certify(ROOM, this.self.publicKey, 'Me');
    this.fromRelay.joined(joinReply([member('me')], { certificate, relayKey }), now);
    await eventually(() => expect(this.events.at(-1)?.type).to.equal('relay-joined'));
  }
}

describe('the paths of a stay', () => {
  it('[CERT-4] [CATCH-5] an entry’s author is its certificate’s, whatever relay, peer or page say', async () => {
    const stage = await Stage.set();
    const ada = await identify(stage.relay, 'Ada');
    const frame = await say(ada, 'hi');
    const lie = { ...frame, author: { user: guestId(stage.self.replica), name: 'Somebody else' } };
    const truth = { ...frame, author: { user: guestId(ada.replica), name: 'Ada' } };
    stage.fromRelay.frame({ ...lie, epoch: 'e', offset: 1 });
    stage.links.frame('peer'.padEnd(22, '_') as ReplicaId, lie);
    stage.fromRelay.frame({ v: 1, kind: 'entries', entries: [lie], more: false, epoch: 'e' });
    await eventually(() => expect(stage.events.filter(({ type }) => type !== 'relay-joined')).to.have.length(3));
    const seen = stage.events.flatMap((event) =>
      event.type === 'entries'
        ? event.frames
        : event.type === 'control' && event.frame.kind === 'entries'
          ? event.frame.entries
          : [],
    );
    expect(seen.map(({ author }) => author)).to.deep.equal([truth.author, truth.author, truth.author]);
  });

  it('[CERT-4] [CATCH-5] a peer’s hello says who its certificate names', async () => {
    const stage = await Stage.set();
    const bob = await identify(stage.relay, 'Bob');
    const text = 'what was signed';
    const until = await stage.wire.keys.vouch(bob.replica, bob.certificate() ?? '', text, await bob.sign(text));
    expect(until).to.deep.equal({ ok: true, value: stage.relay.now + 15 * MINUTE });
    const hello: ControlFrame = {
      v: 1,
      kind: 'hello',
      author: { user: guestId(stage.self.replica), name: 'Ada' },
      have: {},
    };
    stage.links.frame(bob.replica, hello);
    await eventually(() => expect(stage.events.at(-1)).to.deep.include({ type: 'control' }));
    const last = stage.events.at(-1);
    expect(last?.type === 'control' && last.frame).to.deep.equal({
      ...hello,
      author: { user: guestId(bob.replica), name: 'Bob' },
    });
  });

  it('[CERT-10] a peer whose certificate has ended, or is another’s, is not vouched for', async () => {
    const stage = await Stage.set();
    const [bob, cyd] = [await identify(stage.relay, 'Bob'), await identify(stage.relay, 'Cyd')];
    const vouch = async (from: Identity, by = from, sig?: string) => {
      const outcome = await stage.wire.keys.vouch(
        from.replica,
        by.certificate() ?? '',
        't',
        sig ?? (await by.sign('t')),
      );
      return outcome.ok || outcome.code;
    };
    expect(await vouch(bob)).to.equal(true);
    expect(await vouch(bob, cyd)).to.equal('bad_signature');
    expect(await vouch(bob, bob, await cyd.sign('t'))).to.equal('bad_signature');
    stage.platform.time += 20 * MINUTE + 1;
    expect(await vouch(bob)).to.equal('certificate_expired');
  });

  it('[CERT-12] made-up entries are dropped, counted, and at 8 their bringer is not linked with any more', async () => {
    const stage = await Stage.set();
    const [ada, bob] = [await identify(stage.relay, 'Ada'), await identify(stage.relay, 'Bob')];
    const genuine = await say(ada, 'hi');
    const forged = { ...genuine, entry: { ...genuine.entry, payload: '{"text":"a lie"}' } };
    const foreign = await say(
      await identify(new TestAuthority(stage.relay.now, 'another relay’s secret'), 'Eve'),
      'hi',
    );
    const bring = (entries: readonly EntryFrame[]) =>
      stage.links.frame(bob.replica, { v: 1, kind: 'entries', entries, more: false });
    bring([genuine, ...Array.from({ length: 7 }, () => forged), foreign]);
    await eventually(() => expect(stage.observed).to.have.length(8));
    expect(stage.observed.map((one) => one.type === 'dropped' && one.code)).to.deep.equal([
      ...Array.from({ length: 7 }, () => 'bad_signature'),
      'bad_certificate',
    ]);
    expect(stage.dropped).to.deep.equal([]);
    stage.links.frame(bob.replica, forged);
    await eventually(() => expect(stage.dropped).to.deep.equal([bob.replica]));
    const outcome = await stage.wire.keys.vouch(bob.replica, bob.certificate() ?? '', 't', await bob.sign('t'));
    expect(outcome).to.include({ ok: false, code: 'bad_signature' });
    const entries = stage.events.flatMap((event) =>
      event.type === 'control' && event.frame.kind === 'entries' ? event.frame.entries : [],
    );
    expect(entries.map(({ entry }) => entry.id)).to.deep.equal([genuine.entry.id]);
  });

  it('[CERT-8] its certificate is renewed 2 to 5 minutes before it ends, asked for again each 30 s, and at once if refused', async () => {
    const stage = await Stage.set();
    stage.platform.advance(10 * MINUTE - 1);
    expect(stage.renewals).to.equal(0);
    stage.platform.advance(3 * MINUTE + 1);
    expect(stage.renewals).to.be.at.least(1);
    const before = stage.renewals;
    stage.platform.advance(90_000);
    expect(stage.renewals).to.equal(before + 3);
    const count = stage.events.length;
    stage.relay.now = stage.platform.time;
    const certificate = stage.relay.certify(ROOM, stage.self.publicKey, 'Me');
    stage.fromRelay.renewed({ certificate, relayKey: stage.relay.relayKey });
    expect(stage.self.certificate()).to.equal(certificate);
    stage.platform.advance(9 * MINUTE);
    expect(stage.renewals).to.equal(before + 3);
    expect(stage.events.length, 'the room is told nothing').to.equal(count);
    const { entry } = await say(stage.self, 'x');
    stage.fromRelay.refused(entry.id, 'certificate_expired', undefined);
    expect(stage.renewals).to.equal(before + 4);
    await stage.paths.close();
    stage.platform.advance(60 * MINUTE);
    expect(stage.renewals).to.equal(before + 4);
  });

  it('[CERT-5] my entry goes to the relay with the newest certificate that holds then, another’s as it is', async () => {
    const stage = await Stage.set();
    const [mine, others] = [await say(stage.self, 'mine'), await say(await identify(stage.relay, 'Ada'), 'theirs')];
    stage.relay.now += 1_000;
    const certificate = stage.relay.certify(ROOM, stage.self.publicKey, 'Me');
    stage.fromRelay.renewed({ certificate, relayKey: stage.relay.relayKey });
    for (const frame of [mine, others]) stage.paths.publish({ type: 'send-relay', channel: 'room', frame });
    const certs = stage.published.map((frame) => 'entry' in frame && frame.entry.cert);
    expect(certs).to.deep.equal([certificate, others.entry.cert]);
  });
});
