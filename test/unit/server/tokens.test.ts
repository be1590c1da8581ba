import { expect } from 'chai';
import fc from 'fast-check';
import type { RoomName } from '../../../protocol/ids.ts';
import type { Result } from '../../../protocol/result.ts';
import { LEEWAY_MS, LONGEST_MS, type Login, readLogin } from '../../../server/trust/login.ts';
import { GUEST, mayEnter } from '../../../server/trust/person.ts';
import { Revocations, readTarget } from '../../../server/trust/revocations.ts';
import { signToken } from '../../../server/trust/sign-token.ts';
import { readTokenKey, type TokenAlg } from '../../../server/trust/token-key.ts';
import { type CheckToken, jwtChecker } from '../../../server/trust/tokens.ts';
import {
  eddsa,
  encode,
  es256,
  hmac,
  hsToken,
  makePair,
  makeToken,
  type Pair,
  SECRET,
  serveKeys,
} from '../../support/tokens.ts';

const NOW = Date.UTC(2026, 10, 25);
const SECONDS = NOW / 1000;
const CLAIMS = { sub: 'ada', iat: SECONDS, exp: SECONDS + 60 };

/** Checks by one key at a clock that stands still. */
function checker(setting: string, alg?: TokenAlg, audience?: string, errors: unknown[] = []): CheckToken {
  const key = readTokenKey(setting, alg);
  if (!key.ok) throw new Error(key.expected);
  return jwtChecker({ key: key.value, audience, now: () => NOW, onError: (error) => errors.push(error) });
}

function codeOf(result: Result<unknown>): string {
  return result.ok ? 'taken' : result.code;
}

function hs(claims: object, header: object = { alg: 'HS256' }, secret = SECRET): string {
  return makeToken(header, claims, hmac(secret));
}

describe('tokens', () => {
  let p256: Pair;
  let ed25519: Pair;
  let rsa: Pair;
  const bySecret = checker(SECRET);

  before(async () => {
    [p256, ed25519, rsa] = await Promise.all([makePair('P-256'), makePair('Ed25519'), makePair('RSA')]);
  });

  it('[TOK-1] of a secret, a P-256 and an Ed25519 key are taken, and read as they say', async () => {
    const claims = { ...CLAIMS, name: ' Ada  L. ', rooms: ['lobby', 'team-*'], role: 'moderator', sid: 's1' };
    const expected: Login = {
      person: {
        ...{ user: 'ada', name: 'Ada L.', role: 'moderator', rooms: ['lobby', 'team-*'], expires: NOW + 60_000 },
      },
      session: 's1',
      issued: NOW,
    };
    const tokens: readonly [CheckToken, string][] = [
      [bySecret, hs(claims)],
      [checker(p256.publicPem), makeToken({ alg: 'ES256', kid: 'a-1.b' }, claims, es256(p256.privateKey))],
      [checker(p256.privatePem, 'ES256'), makeToken({ alg: 'ES256' }, claims, es256(p256.privateKey))],
      [checker(ed25519.publicPem), makeToken({ alg: 'EdDSA' }, claims, eddsa(ed25519.privateKey))],
      [
        checker(ed25519.publicPem.replaceAll('\n', '\\n')),
        makeToken({ alg: 'EdDSA' }, claims, eddsa(ed25519.privateKey)),
      ],
    ];
    for (const [check, token] of tokens) expect(await check(token)).to.deep.equal({ ok: true, value: expected });
    const bare = await bySecret(hs({ sub: 'b', exp: SECONDS + 1 }));
    expect(bare.ok && bare.value).to.deep.equal({
      person: { ...GUEST, user: 'b', expires: NOW + 1_000 },
      ...{ session: undefined, issued: 0 },
    });
  });

  it('[TOK-2] with another algorithm than the key’s are refused: none, its spellings, RS256, HS384, the public key as a secret', async () => {
    const byPem = checker(p256.publicPem);
    const rs = (text: string) => es256(rsa.privateKey)(text);
    const refused: readonly [CheckToken, string][] = [
      ...['none', 'None', 'NONE', 'nOnE', ''].flatMap((alg): [CheckToken, string][] =>
        [bySecret, byPem].flatMap((check) => [
          [check, makeToken({ alg }, CLAIMS, () => '')],
          [check, makeToken({ alg }, CLAIMS, hmac(SECRET))],
        ]),
      ),
      [byPem, makeToken({ alg: 'HS256' }, CLAIMS, hmac(p256.publicPem))],
      [byPem, makeToken({ alg: 'HS256' }, CLAIMS, hmac(p256.publicPem.trim()))],
      [byPem, makeToken({ alg: 'RS256' }, CLAIMS, rs)],
      [byPem, makeToken({ alg: 'EdDSA' }, CLAIMS, eddsa(ed25519.privateKey))],
      [byPem, hs(CLAIMS)],
      [bySecret, makeToken({ alg: 'HS384' }, CLAIMS, hmac(SECRET, 'sha384'))],
      [bySecret, makeToken({ alg: 'ES256' }, CLAIMS, es256(p256.privateKey))],
      [bySecret, makeToken({ alg: ['HS256'] }, CLAIMS, hmac(SECRET))],
      [bySecret, makeToken({}, CLAIMS, hmac(SECRET))],
      [bySecret, hs(CLAIMS, { alg: 'HS256' }, `${SECRET}.`)],
      [byPem, makeToken({ alg: 'ES256' }, CLAIMS, es256((await makePair('P-256')).privateKey))],
    ];
    for (const [check, token] of refused) expect(codeOf(await check(token)), token).to.equal('token_invalid');
  });

  it('[TOK-2] keys that do not fit are refused as settings, in words that do not hold them', async () => {
    const p384 = await makePair('P-384');
    const bad: readonly [string, TokenAlg?][] = [
      ['short'],
      [SECRET, 'ES256'],
      [p256.publicPem, 'HS256'],
      [p256.publicPem, 'EdDSA'],
      [ed25519.publicPem, 'ES256'],
      [p384.publicPem],
      [rsa.publicPem],
      [`-----BEGIN PUBLIC KEY-----\n${SECRET}\n-----END PUBLIC KEY-----`],
      ['https://login.example.com/jwks.json'],
      ['https://login.example.com/jwks.json', 'HS256'],
      ['http://login.example.com/jwks.json', 'ES256'],
      ['file:/no/such/file'],
    ];
    for (const [setting, alg] of bad) {
      const key = readTokenKey(setting, alg);
      if (key.ok) throw new Error(`taken: ${setting}`);
      expect(key.expected).to.not.contain(SECRET);
    }
    expect(readTokenKey('https://login.example.com/jwks.json', 'ES256').ok).to.equal(true);
    expect(readTokenKey('file:LICENSE', undefined).ok, 'a file').to.equal(true);
  });

  it('[TOK-3] with a key of their own, an address of one, or a path for its name are refused, though signed', async () => {
    const headers: readonly object[] = [
      { jwk: { kty: 'oct', k: encode(SECRET) } },
      { jku: 'https://evil.example/jwks.json' },
      { x5u: 'https://evil.example/cert.pem' },
      { x5c: ['AAAA'] },
      ...[
        '/dev/null',
        '../../etc/passwd',
        '..',
        'https://evil.example/',
        'file:///etc/passwd',
        '//evil',
        'a\0b',
        '',
        'a b',
      ].map((kid) => ({ kid })),
      { kid: ['a'] },
      { kid: 'x'.repeat(257) },
      { crit: ['exp'] },
      { b64: false, crit: ['b64'] },
    ];
    for (const header of headers) {
      const token = hs(CLAIMS, { alg: 'HS256', ...header });
      expect(codeOf(await bySecret(token)), JSON.stringify(header)).to.equal('token_invalid');
    }
    for (const kid of ['k1', '2026-11.a', 'aB+/cd==', '9_-'])
      expect(codeOf(await bySecret(hs(CLAIMS, { alg: 'HS256', kid }))), kid).to.equal('taken');
  });

  it('[TOK-3] a key that a token brings along signs nothing: neither its own nor one found where it says', async () => {
    const evil = await makePair('P-256');
    const server = await serveKeys([{ ...evil.jwk, alg: 'ES256' }]);
    const headers = [{ jwk: evil.jwk }, { jku: server.url }, { kid: server.url }, {}];
    for (const header of headers) {
      const token = makeToken({ alg: 'ES256', ...header }, CLAIMS, es256(evil.privateKey));
      expect(codeOf(await checker(p256.publicPem)(token))).to.equal('token_invalid');
    }
    expect(server.asked).to.equal(0);
    await server.close();
  });

  it('[TOK-4] need sub, exp and the right audience, and clocks may differ by 2 s', async () => {
    const leeway = LEEWAY_MS / 1000;
    const cases: readonly [string, object][] = [
      ['token_invalid', { sub: undefined }],
      ['token_invalid', { sub: 7 }],
      ['token_invalid', { exp: undefined }],
      ['token_invalid', { exp: '9999999999' }],
      ['token_invalid', { exp: SECONDS + LONGEST_MS / 1000 + 1 }],
      ['taken', { exp: SECONDS + LONGEST_MS / 1000 }],
      ['taken', { exp: SECONDS - leeway + 1 }],
      ['token_expired', { exp: SECONDS - leeway }],
      ['token_expired', { exp: 0 }],
      ['token_invalid', { nbf: SECONDS + leeway + 1 }],
      ['taken', { nbf: SECONDS + leeway }],
      ['token_invalid', { iat: SECONDS + leeway + 1 }],
      ['taken', { iat: SECONDS + leeway }],
      ['token_invalid', { iat: 'x' }],
      ['token_invalid', { aud: 'natter' }],
    ];
    for (const [code, changes] of cases) {
      expect(codeOf(await bySecret(hs({ ...CLAIMS, ...changes }))), JSON.stringify(changes)).to.equal(code);
    }
    const forUs = checker(SECRET, undefined, 'natter');
    for (const [code, aud] of [
      ['taken', 'natter'],
      ['taken', ['other', 'natter']],
      ['token_invalid', undefined],
      ['token_invalid', 'other'],
      ['token_invalid', ['other']],
      ['token_invalid', { natter: 1 }],
    ] as const) {
      expect(codeOf(await forUs(hs({ ...CLAIMS, aud }))), String(aud)).to.equal(code);
    }
  });

  it('[TOK-5] can’t speak for guests, nor by ids, roles and rooms that are none', async () => {
    const bad: readonly object[] = [
      ...['g-x', 'G-x', 'ｇ-x', '', 'a\nb', 'a\u202eb', 'a\u200bb', 'x'.repeat(129), '\ud800'].map((sub) => ({ sub })),
      { name: 7 },
      { role: 'owner' },
      { role: 'toString' },
      ...['lobby', [7], ['*a'], ['a*b*'], [''], [['a']], { 0: 'a' }, Array.from({ length: 257 }, () => 'a')].map(
        (rooms) => ({
          rooms,
        }),
      ),
      { sid: 7 },
      { sid: '' },
    ];
    for (const changes of bad) {
      expect(codeOf(await bySecret(hs({ ...CLAIMS, ...changes }))), JSON.stringify(changes)).to.equal('token_invalid');
    }
    for (const user of ['7', 'ada@example.com', 'Ἀδα', 'auth0|5f7c', 'x'.repeat(128), 'gg-x'])
      expect(codeOf(await bySecret(hs({ ...CLAIMS, sub: user }))), user).to.equal('taken');
  });

  it('[TOK-5] whatever a token is, reading it gives a login or a code, and only what the secret signed a login', async () => {
    const anything = fc.record(
      { sub: fc.anything(), name: fc.anything(), rooms: fc.anything(), role: fc.anything(), sid: fc.anything() },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(anything, fc.anything(), fc.anything(), async (claims, iat, exp) => {
        const direct = readLogin({ ...claims, user: claims.sub, issued: iat, expires: exp }, NOW);
        expect(direct.ok || direct.code).to.be.oneOf([true, 'token_invalid', 'token_expired']);
      }),
      { numRuns: 500 },
    );
    const whole = hs(CLAIMS);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.string({ minLength: 1, maxLength: 1 }), async (at, letter) => {
        const changed = whole.slice(0, at) + letter + whole.slice(at + 1);
        const { ok } = await bySecret(changed);
        // The last letter of 32 bytes in base64url holds two bits that count for nothing; RFC 4648 lets them differ.
        if (changed !== whole && at < whole.length - 1) expect(ok, changed).to.equal(false);
      }),
      { numRuns: 300 },
    );
    for (const text of ['', '.', '..', 'a.b.c', 'x'.repeat(9_000), '\0', `${whole}.x`, ` ${whole}`, encode('{}')]) {
      expect(codeOf(await bySecret(text)), text.slice(0, 50)).to.equal('token_invalid');
    }
  });

  it('[TOK-6] keys of a JWKS are fetched once; without them a login is to be tried again', async () => {
    const server = await serveKeys([
      { ...p256.jwk, kid: 'new', alg: 'ES256' },
      { ...ed25519.jwk, kid: 'ed' },
      { kty: 'oct', k: encode(SECRET), kid: 'hs' },
    ]);
    const errors: unknown[] = [];
    const check = checker(server.url, 'ES256', undefined, errors);
    const token = makeToken({ alg: 'ES256', kid: 'new' }, CLAIMS, es256(p256.privateKey));
    server.keys = undefined;
    const refused = await check(token);
    expect([codeOf(refused), Reflect.get(refused, 'retryAfter')]).to.deep.equal(['login_unavailable', 2_000]);
    expect(errors).to.have.length(1);
    server.keys = [
      { ...p256.jwk, kid: 'new', alg: 'ES256' },
      { kty: 'oct', k: encode(SECRET), kid: 'hs' },
    ];
    for (let n = 0; n < 5; n += 1) expect(codeOf(await check(token))).to.equal('taken');
    expect(server.asked).to.equal(2);
    for (const bad of [
      makeToken({ alg: 'ES256', kid: 'old' }, CLAIMS, es256(p256.privateKey)),
      makeToken({ alg: 'HS256', kid: 'hs' }, CLAIMS, hmac(SECRET)),
      makeToken({ alg: 'EdDSA', kid: 'ed' }, CLAIMS, eddsa(ed25519.privateKey)),
    ])
      expect(codeOf(await check(bad))).to.equal('token_invalid');
    expect(server.asked, 'a key that is not there is not asked for again at once').to.equal(2);
    await server.close();
    expect(codeOf(await check(token)), 'kept').to.equal('taken');
    expect(codeOf(await checker(server.url, 'ES256')(token))).to.equal('login_unavailable');
  });

  it('[TOK-10] patterns name rooms exactly, or by how they begin', () => {
    const may = (rooms: readonly string[] | undefined, room: string) => mayEnter({ ...GUEST, rooms }, room as RoomName);
    expect([may(undefined, 'x'), may([], 'x'), may(['*'], 'x')]).to.deep.equal([true, false, true]);
    expect(['team', 'team-', 'team-1', 'Team-1', 'xteam-1'].map((room) => may(['team-*'], room))).to.deep.equal([
      ...[false, true, true, false, false],
    ]);
    expect(['lobby', 'lobby2', 'lobb', 'toString', '__proto__'].map((room) => may(['lobby'], room))).to.deep.equal([
      ...[true, false, false, false, false],
    ]);
    const read = readLogin({ user: 'a', rooms: ['cafe\u0301'] }, NOW);
    expect(read.ok && mayEnter(read.value.person, 'caf\u00e9' as RoomName), 'as rooms are spelt').to.equal(true);
  });

  it('[TOK-13] a revocation concerns what was made until then, of that user or session alone, and is forgotten in time', () => {
    const revocations = new Revocations();
    const login = (user: string, issued: number, session?: string): Login => ({
      person: { ...GUEST, user },
      ...{ session, issued },
    });
    let noted = 0;
    revocations.onNoted(() => {
      noted += 1;
    });
    for (const target of [{ user: 'ada' }, { session: 's1' }]) {
      const key = readTarget(target);
      if (key.ok) revocations.note(key.value, NOW);
    }
    expect(noted).to.equal(2);
    const covered = [
      [login('ada', NOW), true],
      [login('ada', 0), true],
      [login('ada', NOW + LEEWAY_MS), true],
      [login('ada', NOW + LEEWAY_MS + 1), false],
      [login('bob', NOW), false],
      [login('bob', NOW, 's1'), true],
      [login('bob', NOW, 'ada'), false],
      [login('s1', NOW), false],
    ] as const;
    for (const [who, is] of covered) expect(revocations.covers(who), JSON.stringify(who)).to.equal(is);
    revocations.note('uada', NOW - 1);
    expect(noted, 'an older one changes nothing').to.equal(2);
    revocations.sweep(NOW + LONGEST_MS);
    expect(revocations.covers(login('ada', NOW)), 'a token made then may still hold').to.equal(true);
    revocations.sweep(NOW + LONGEST_MS + 5 * LEEWAY_MS);
    expect(revocations.covers(login('ada', NOW))).to.equal(false);
    for (const bad of [{}, { user: '' }, { user: 'a', session: 'b' }, { user: {} }, { user: ['a'] }]) {
      expect(readTarget(bad).ok, JSON.stringify(bad)).to.equal(false);
    }
  });

  it('[TOK-17] signToken makes what a relay takes, and nothing that it would not', async () => {
    const now = () => Date.now();
    for (const key of [SECRET, p256.privatePem, ed25519.privatePem]) {
      const claims = { user: 'ada', name: 'Ada', rooms: ['a-*'], role: 'moderator', session: 's' } as const;
      const token = await signToken(claims, { key, audience: 'natter', lifetime: 60_000 });
      const read = readTokenKey(key, undefined);
      if (!read.ok) throw new Error(read.expected);
      const login = await jwtChecker({ key: read.value, audience: 'natter', now, onError: () => undefined })(token);
      expect(login.ok && { ...login.value.person, expires: 0 }).to.deep.equal({
        ...{ user: 'ada', name: 'Ada', role: 'moderator', rooms: ['a-*'], expires: 0 },
      });
      expect(login.ok && login.value.session).to.equal('s');
    }
    const bad: readonly (() => Promise<string>)[] = [
      () => signToken({ user: 'g-x' }, { key: SECRET }),
      () => signToken({ user: '' }, { key: SECRET }),
      () => signToken({ user: 'a', rooms: ['*x'] }, { key: SECRET }),
      () => signToken({ user: 'a' }, { key: 'short' }),
      () => signToken({ user: 'a' }, { key: p256.publicPem }),
      () => signToken({ user: 'a' }, { key: SECRET, alg: 'ES256' }),
      () => signToken({ user: 'a' }, { key: SECRET, lifetime: LONGEST_MS + 1 }),
      () => signToken({ user: 'a' }, { key: SECRET, lifetime: Number.NaN }),
    ];
    for (const make of bad) {
      const error: unknown = await make().catch((reason: unknown) => reason);
      expect(error, make.toString()).to.be.instanceOf(TypeError);
      expect(String(error)).to.not.contain(SECRET);
    }
    expect(hsToken()).to.be.a('string');
  });
});
