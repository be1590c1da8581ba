import { webcrypto } from 'node:crypto';
import { expect } from 'chai';
import type { RoomName } from '../../../protocol/ids.ts';
import type { MessageView } from '../../../widget/core/view.ts';
import { type Ring, type RingStore, RoomKeys } from '../../../widget/runtime/encryption/room-keys.ts';
import { idOfSecret } from '../../../widget/runtime/encryption/secrets.ts';

const crypto = webcrypto as Crypto;
const NAME = 'The reading room' as RoomName;
const PAGE = 'https://a.example/page';

function ringStore(): RingStore & { rings: readonly Ring[] } {
  return {
    rings: [],
    async load() {
      return this.rings;
    },
    async save(rings) {
      this.rings = structuredClone(rings);
    },
  };
}

const secretOf = (n: number) => Buffer.alloc(32, n).toString('base64url');
const setupOf = (store: RingStore = ringStore(), name = NAME) => ({ name, crypto, store });

async function opened(given: string | undefined, store?: RingStore): Promise<RoomKeys> {
  const keys = await RoomKeys.open(setupOf(store), given);
  if (!keys) throw new Error('nothing opened');
  return keys;
}

const row = (change: Partial<MessageView>): MessageView => ({
  key: 'k',
  author: { user: 'u' as never, name: 'Ada' },
  mine: false,
  text: '',
  at: 0,
  edited: false,
  deleted: false,
  reactions: [],
  seenBy: [],
  ...change,
});
const lockedWith = async (secret: string) => row({ mark: 'locked', lockedBy: await idOfSecret(crypto.subtle, secret) });

describe('the keys of an encrypted room', () => {
  it('[ENC-1] the same name and secret meet in the same room; another of either is another room', async () => {
    const one = await opened(secretOf(1));
    expect((await opened(`#natter-key=${secretOf(1)}`)).room).to.equal(one.room);
    expect((await opened(secretOf(2))).room).to.not.equal(one.room);
    const named = await RoomKeys.open(setupOf(ringStore(), 'Another' as RoomName), secretOf(1));
    expect(named?.room).to.not.equal(one.room);
    expect(one.room).to.match(/^enc:[\w-]{22}$/);
  });

  it('[ENC-3] a passphrase opens the room that its name leads to, right or wrong, and each is another key', async () => {
    const [right, wrong] = [await opened('open sesame'), await opened('open sesamé')];
    expect(right.room).to.equal(wrong.room);
    expect(right.secrets).to.not.deep.equal(wrong.secrets);
    expect((await opened(' open sesame ')).secrets).to.deep.equal(right.secrets);
  });

  it('[ENC-8] what opened a room here opens it the next time; what is damaged opens nothing', async () => {
    const store = ringStore();
    expect(await RoomKeys.open(setupOf(store), undefined)).to.equal(undefined);
    const first = await opened(secretOf(1), store);
    expect((await opened(undefined, store)).secrets).to.deep.equal(first.secrets);
    expect(await RoomKeys.open(setupOf(store), '#natter-key=oops')).to.equal(undefined);
    const broken = {
      load: async () => Promise.reject(new Error('blocked')),
      save: async () => Promise.reject(new Error('blocked')),
    };
    expect((await opened(secretOf(1), broken)).room).to.equal(first.room);
  });

  it('[ENC-10] a new key is written with, keeps the room, and goes on by its link; keys before are kept', async () => {
    const store = ringStore();
    const keys = await opened(secretOf(1), store);
    const before = await keys.link(PAGE);
    expect(before).to.equal(`${PAGE}#natter-key=${secretOf(1)}`);
    await keys.rotate();
    const after = await keys.link(PAGE);
    expect(keys.secrets).to.have.length(2);
    const newcomer = await opened(after);
    expect([newcomer.room, newcomer.secrets]).to.deep.equal([keys.room, keys.secrets.slice(0, 1)]);
    const member = await opened(before);
    expect(await member.give(after, [])).to.equal('opened');
    expect(member.secrets).to.deep.equal(keys.secrets);
    expect(await member.give(before, [])).to.equal('opened');
    expect(member.secrets, 'an old link brings no old key back').to.deep.equal(keys.secrets);
    expect(store.rings).to.deep.equal([{ room: keys.room, secrets: keys.secrets }]);
  });

  it('[ENC-10] a key that opens only what is older than what can be read is read with, and not written with', async () => {
    const keys = await opened(secretOf(1));
    const place = keys.room.slice('enc:'.length);
    const old = await lockedWith(secretOf(2));
    await keys.give(`#natter-key=${secretOf(2)}.${place}`, [old, row({}), row({ mine: true })]);
    expect(keys.secrets).to.deep.equal([secretOf(1), secretOf(2)]);
    const young = await lockedWith(secretOf(3));
    await keys.give(`#natter-key=${secretOf(3)}.${place}`, [old, row({}), young, row({ mine: true })]);
    expect(keys.secrets).to.deep.equal([secretOf(3), secretOf(1), secretOf(2)]);
  });

  it('[ENC-9] a wrong passphrase changes nothing; the right one is written with from then on', async () => {
    const right = await opened('open sesame');
    const member = await opened('open sesamé');
    const theirs = await lockedWith(right.secrets[0] ?? '');
    const held = member.secrets;
    expect(await member.give('wrong again', [theirs])).to.equal('useless');
    expect(member.secrets).to.deep.equal(held);
    expect(await member.give('open sesame', [theirs, row({ mine: true })])).to.equal('opened');
    expect(member.secrets).to.deep.equal([...right.secrets, ...held]);
  });

  it('[ENC-9] a link of another room leads there, a passphrase leads nobody away, and a damaged link is told', async () => {
    const keys = await opened(secretOf(1));
    expect(await keys.give(`#natter-key=${secretOf(2)}`, [])).to.equal('elsewhere');
    expect(await keys.give('a passphrase', [])).to.equal('useless');
    expect(await keys.give('https://a.example/#natter-key=cut', [])).to.equal('unreadable');
    expect(keys.secrets).to.deep.equal([secretOf(1)]);
  });

  it('[ENC-11] a link from a room that a passphrase opened leads there without it', async () => {
    const keys = await opened('open sesame');
    const guest = await opened(await keys.link(PAGE));
    expect([guest.room, guest.secrets]).to.deep.equal([keys.room, keys.secrets]);
  });

  it('[ENC-8] tabs share what one of them has found', async () => {
    const store = ringStore();
    const [one, other] = [await opened(secretOf(1), store), await opened(undefined, store)];
    await one.rotate();
    await other.refresh();
    expect(other.secrets).to.deep.equal(one.secrets);
    expect(await other.link(PAGE)).to.equal(await one.link(PAGE));
  });
});
