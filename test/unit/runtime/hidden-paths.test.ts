import { webcrypto } from 'node:crypto';
import { expect } from 'chai';
import type { RoomName } from '../../../protocol/ids.ts';
import type { IceServer, JoinReply } from '../../../protocol/join.ts';
import { createKeys, identityOf } from '../../../widget/runtime/identity.ts';
import { Paths } from '../../../widget/runtime/paths.ts';
import type { JoinHello, RelayEvents } from '../../../widget/runtime/ports.ts';
import { Trust } from '../../../widget/runtime/trust.ts';
import { TestAuthority } from '../../support/certificate.ts';
import { joinReply, member, replica } from '../../support/core-driver.ts';
import { eventually } from '../../support/eventually.ts';
import { FakePlatform } from '../../support/fake-platform.ts';

const subtle = webcrypto.subtle as unknown as SubtleCrypto;
const ROOM = 'lobby' as RoomName;
const STUN: IceServer = { urls: 'stun:a' };
const TURN: IceServer = { urls: ['turn:a', 'turns:a'], username: '1:g', credential: 'c' };
const BOB = replica('bob');

/** A stay whose links only write down what is asked of them. */
class Stay {
  readonly relay = new TestAuthority();
  readonly platform = new FakePlatform(this.relay.now);
  hidden: boolean;
  /** What links were told, in order. */
  readonly told: string[] = [];
  loads = 0;
  renewals = 0;
  rejoins = 0;
  joinedTimes = 0;
  hello!: () => JoinHello;
  fromRelay!: RelayEvents;
  paths!: Paths;
  reply: Partial<JoinReply> = {};
  publicKey = '';

  constructor(hidden: boolean) {
    this.hidden = hidden;
  }

  static async begin(hidden: boolean): Promise<Stay> {
    const stay = new Stay(hidden);
    const identity = await identityOf(await createKeys(subtle), ROOM, subtle);
    const nothing = () => undefined;
    const hello = () => ({ name: 'Me', rtc: true, have: {}, cursor: undefined });
    const dispatch = ({ type }: { readonly type: string }) => {
      if (type === 'relay-joined') stay.joinedTimes += 1;
    };
    stay.paths = new Paths(
      { identity, hello, dispatch },
      {
        ...{ platform: stay.platform, trust: new Trust(subtle, ROOM), observe: nothing, isHidden: () => stay.hidden },
        openRelay(_identity, withRtc, events) {
          stay.fromRelay = events;
          stay.hello = withRtc;
          return {
            ...{
              start: nothing,
              reconnect: nothing,
              setVisible: nothing,
              stop: async () => undefined,
              publish: nothing,
              say: nothing,
            },
            rejoin: () => (stay.rejoins += 1),
            renew: () => (stay.renewals += 1),
          };
        },
        loadLinks: async () => {
          stay.loads += 1;
          return () => ({
            ...{ signalled: nothing, send: nothing, drop: nothing, retryNow: nothing, rest: nothing, close: nothing },
            want: (replicas, fresh) => stay.told.push(`want ${replicas.length} ${fresh.length}`),
            setIce: (servers, relayOnly) => stay.told.push(`ice ${servers.length}${relayOnly ? ' relays' : ''}`),
          });
        },
      },
    );
    stay.publicKey = identity.publicKey;
    const certificate = stay.relay.certify(ROOM, identity.publicKey, 'Me');
    stay.reply = { certificate, relayKey: stay.relay.relayKey };
    return stay;
  }

  async join(ice: readonly IceServer[], iceLasts?: number): Promise<void> {
    const before = this.joinedTimes;
    const lasting = iceLasts === undefined ? {} : { iceLasts };
    this.fromRelay.joined(joinReply([member('me'), member('bob')], { ...this.reply, ice, ...lasting }), this.relay.now);
    await eventually(() => expect(this.joinedTimes).to.equal(before + 1));
  }

  renewed(ice: readonly IceServer[], iceLasts: number): void {
    this.relay.now = this.platform.time;
    const certificate = this.relay.certify(ROOM, this.publicKey, 'Me');
    const { relayKey } = this.relay;
    this.fromRelay.renewed({ certificate, relayKey, ice, iceLasts });
  }

  want(): void {
    this.paths.want({ type: 'mesh', replicas: [BOB], fresh: [BOB], open: true });
  }

  heard(): readonly string[] {
    return this.told.splice(0);
  }
}

describe('links where an address is hidden', () => {
  it('[ICE-4] go by TURN alone; their code is fetched once there is a TURN server', async () => {
    const stay = await Stay.begin(true);
    expect([stay.loads, stay.hello().rtc]).to.deep.equal([0, true]);
    await stay.join([STUN, TURN]);
    stay.want();
    await eventually(() => expect(stay.told).to.include('want 1 1'));
    expect([stay.loads, stay.heard()[0], stay.rejoins]).to.deep.equal([1, 'ice 2 relays', 0]);
  });

  it('[ICE-4] are none without TURN: nothing is fetched, and others are told once not to try', async () => {
    const stay = await Stay.begin(true);
    await stay.join([STUN]);
    expect([stay.loads, stay.rejoins, stay.hello().rtc]).to.deep.equal([0, 1, false]);
    await stay.join([STUN]);
    stay.want();
    expect([stay.loads, stay.rejoins, stay.heard()]).to.deep.equal([0, 1, []]);
    stay.hidden = false;
    stay.paths.addressChanged();
    expect([stay.rejoins, stay.hello().rtc]).to.deep.equal([2, true]);
    await stay.join([STUN]);
    await eventually(() => expect(stay.told).to.deep.equal(['ice 1', 'want 1 1']));
  });

  it('[ICE-4] are asked for anew with each session: a relay that came back may name a TURN server', async () => {
    const stay = await Stay.begin(true);
    await stay.join([STUN]);
    expect(stay.hello().rtc).to.equal(false);
    stay.fromRelay.down(undefined);
    expect(stay.hello().rtc).to.equal(true);
    await stay.join([STUN, TURN]);
    stay.want();
    await eventually(() => expect(stay.told).to.include('want 1 1'));
  });

  it('[ICE-4] end when the visitor hides the address, and begin anew by the other rule', async () => {
    const stay = await Stay.begin(false);
    await stay.join([TURN]);
    stay.want();
    await eventually(() => expect(stay.told).to.include('want 1 1'));
    stay.heard();
    stay.hidden = true;
    stay.paths.addressChanged();
    expect(stay.heard()).to.deep.equal(['want 0 0', 'ice 1 relays', 'want 1 1']);
    stay.paths.addressChanged();
    expect(stay.heard(), 'nothing has changed').to.deep.equal([]);
    stay.hidden = false;
    stay.paths.addressChanged();
    expect(stay.heard()).to.deep.equal(['want 0 0', 'ice 1', 'want 1 1']);
  });

  it('[ICE-6] have their credentials renewed a minute before the end, where there is somebody to link with', async () => {
    const stay = await Stay.begin(false);
    await stay.join([TURN], 600_000);
    stay.platform.advance(545_000);
    expect(stay.renewals, 'nobody is here').to.equal(0);
    stay.want();
    stay.platform.advance(30_000);
    expect(stay.renewals).to.equal(1);
    stay.renewed([TURN], 600_000);
    stay.platform.advance(539_000);
    expect(stay.renewals).to.equal(1);
    stay.platform.advance(2_000);
    expect(stay.renewals).to.equal(2);
    await stay.paths.close();
    stay.platform.advance(600_000);
    expect(stay.renewals).to.equal(2);
  });

  it('[ICE-6] are not begun with a credential that has ended, but with the next one', async () => {
    const stay = await Stay.begin(false);
    await stay.join([TURN], 600_000);
    await eventually(() => expect(stay.told).to.include('ice 1'));
    stay.platform.advance(599_000);
    stay.heard();
    stay.want();
    expect([stay.heard(), stay.renewals]).to.deep.equal([[], 1]);
    stay.renewed([STUN, TURN], 600_000);
    expect(stay.heard()).to.deep.equal(['ice 2', 'want 1 1']);
  });
});
