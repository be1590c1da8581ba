import { createPrivateKey, createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Read } from '../settings-values.ts';

/** JOSE's names (RFC 7518, 3.1; RFC 8037, 3.1) of the algorithms that tokens may be signed with. */
export const TOKEN_ALGS = ['HS256', 'ES256', 'EdDSA'] as const;
export type TokenAlg = (typeof TOKEN_ALGS)[number];

/** What tokens are checked with. Each key has one algorithm, whatever a token says of itself. */
export type TokenKey =
  | { readonly type: 'secret'; readonly alg: 'HS256'; readonly secret: KeyObject }
  | {
      readonly type: 'pair';
      readonly alg: 'ES256' | 'EdDSA';
      readonly publicKey: KeyObject;
      /** With it tokens can also be made. */
      readonly privateKey: KeyObject | undefined;
    }
  | { readonly type: 'remote'; readonly alg: 'ES256' | 'EdDSA'; readonly url: URL };

/** HMAC's key is as long as its hash (RFC 7518, 3.2), bytes. */
const SECRET_BYTES = 32;
const FILE = 'file:';

/**
 * Reads a key: a secret, a PEM (public, or private to sign with), the https address of a JWKS, or `file:` and the path of
 * a file with a secret or a PEM. The algorithm may be left out where the key has but one. `expected` follows the name of
 * the setting, and does not repeat the key.
 */
export function readTokenKey(setting: string, alg: TokenAlg | undefined): Read<TokenKey> {
  const text = setting.startsWith(FILE) ? readFile(setting.slice(FILE.length)) : setting;
  if (text === undefined) return no('names a file that can not be read');
  if (/^https?:\/\//i.test(text)) return readRemote(text, alg);
  return text.includes('-----BEGIN') ? readPem(text, alg) : readSecret(text, alg);
}

function readSecret(text: string, alg: TokenAlg = 'HS256'): Read<TokenKey> {
  if (alg !== 'HS256') return no(`must be a PEM or the address of a JWKS for ${alg}`);
  const secret = Buffer.from(text, 'utf8');
  if (secret.length < SECRET_BYTES) return no(`must be a secret of ${SECRET_BYTES} bytes or more`);
  return { ok: true, value: { type: 'secret', alg, secret: createSecretKey(secret) } };
}

/** A secret that is a public key would be no secret: anyone could sign with it. So a PEM is never one for HS256. */
function readPem(text: string, alg: TokenAlg | undefined): Read<TokenKey> {
  const pem = text.replaceAll('\\n', '\n');
  const privateKey = pem.includes('PRIVATE KEY') ? attempt(() => createPrivateKey(pem)) : undefined;
  const publicKey = attempt(() => createPublicKey(privateKey ? keyText(privateKey) : pem));
  const own = publicKey && algOf(publicKey);
  if (!publicKey || !own) return no('must be a PEM of a P-256 or an Ed25519 key');
  if (alg !== undefined && alg !== own) return no(`is a key for ${own}, not for ${alg}`);
  return { ok: true, value: { type: 'pair', alg: own, publicKey, privateKey } };
}

function readRemote(text: string, alg: TokenAlg | undefined): Read<TokenKey> {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isSafe = url?.protocol === 'https:' || /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(url?.hostname ?? '');
  if (!url || !isSafe) return no('must be an https address where it is one of a JWKS');
  if (alg === undefined || alg === 'HS256')
    return no('is the address of a JWKS: NATTER_TOKEN_ALG must be ES256 or EdDSA');
  return { ok: true, value: { type: 'remote', alg, url } };
}

function algOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): 'ES256' | 'EdDSA' | undefined {
  if (asymmetricKeyType === 'ed25519') return 'EdDSA';
  return asymmetricKeyType === 'ec' && asymmetricKeyDetails?.namedCurve === 'prime256v1' ? 'ES256' : undefined;
}

function keyText(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function readFile(path: string): string | undefined {
  return attempt(() => readFileSync(path, 'utf8').trim());
}

/** Node throws for files and keys that it can't read; why is not told, as it may quote them. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function no(expected: string): Read<never> {
  return { ok: false, expected };
}
