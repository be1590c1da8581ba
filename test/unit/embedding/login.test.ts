import { expect } from 'chai';
import sinon from 'sinon';
import { Login } from '../../../widget/login.ts';
import { encode } from '../../support/tokens.ts';

const jwt = (claims: object) => `${encode({ alg: 'HS256' })}.${encode(claims)}.x`;
const ADA = jwt({ sub: 'ada', name: 'Ada Λ.' });
const ADA_LATER = jwt({ sub: 'ada', name: 'Ada Λ.', exp: 2 });
const BOB = jwt({ sub: 'bob' });

describe('who a page says that its visitor is', () => {
  let users: (string | null | undefined)[] = [];
  let login: Login;

  beforeEach(() => {
    users = [];
    login = new Login(() => users.push(login.user));
  });

  it('[TOK-19] is read from a token, a guest without one, and unknown before the page is asked', async () => {
    expect([login.user, login.name, await login.token()]).to.deep.equal([null, undefined, undefined]);
    login.set(ADA);
    expect([login.user, login.name, await login.token()]).to.deep.equal(['ada', 'Ada Λ.', ADA]);
    for (const opaque of [
      'opaque',
      'a.b.c',
      `a.${encode('null')}.c`,
      `a.${encode('7')}.c`,
      `a.${encode({ sub: 7 })}.c`,
    ]) {
      login.set(opaque);
      expect([login.user, login.name, await login.token()], opaque).to.deep.equal(['', undefined, opaque]);
    }
    login.set(undefined);
    expect(login.user).to.equal(null);
    login.set(async () => BOB);
    expect(login.user).to.equal(undefined);
    expect([await login.token(), login.user]).to.deep.equal([BOB, 'bob']);
    login.set(async () => null);
    login.set('');
    expect([await login.token(), login.user], 'nobody is logged in').to.deep.equal([undefined, null]);
  });

  it('[TOK-20] the page is asked for the first token, when one is refused and to renew one, once for all who wait', async () => {
    const get = sinon.stub<[], Promise<string | null>>();
    get
      .onCall(0)
      .resolves(ADA)
      .onCall(1)
      .resolves(ADA_LATER)
      .onCall(2)
      .resolves(ADA_LATER)
      .onCall(3)
      .rejects(new Error('no'));
    login.set(get);
    expect(await Promise.all([login.token(), login.token()])).to.deep.equal([ADA, ADA]);
    expect(await login.token()).to.equal(ADA);
    expect(get.callCount).to.equal(1);
    expect(await login.token(ADA)).to.equal(ADA_LATER);
    expect(await login.token(ADA), 'a newer one is there already').to.equal(ADA_LATER);
    expect(get.callCount).to.equal(2);
    expect(await login.renew()).to.equal(ADA_LATER);
    const error: unknown = await login.token(ADA_LATER).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(Error);
    expect(await login.token(), 'what is there stays').to.equal(ADA_LATER);
    expect(users).to.deep.equal(['ada']);
  });

  it('[TOK-20] a page that never answers, or throws, is a login that failed', async () => {
    const clock = sinon.useFakeTimers();
    try {
      login.set(() => new Promise(() => undefined));
      const asked = login.token().catch((reason: unknown) => reason);
      await clock.tickAsync(20_000);
      expect(await asked).to.be.instanceOf(Error);
      login.set(() => {
        throw new TypeError('mine');
      });
      expect(await login.token().catch((reason: unknown) => reason)).to.be.instanceOf(TypeError);
      expect(clock.countTimers()).to.equal(0);
    } finally {
      clock.restore();
    }
  });

  it('[TOK-21] another user is told to who opened the room, and gets nothing through the login of the one before', async () => {
    const tokens = [ADA, BOB];
    login.set(async () => tokens.shift());
    await login.token();
    const adas = login.bound();
    const watched = sinon.spy();
    adas.watch(watched);
    expect(await adas.token()).to.equal(ADA);
    const refused: unknown = await adas.token(ADA).catch((reason: unknown) => reason);
    expect(refused).to.be.instanceOf(Error);
    expect(users).to.deep.equal(['ada', 'bob']);
    login.set(ADA);
    expect(watched.callCount).to.equal(1);
    expect(await adas.token()).to.equal(ADA);
  });
});
