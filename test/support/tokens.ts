import { createHmac, createPrivateKey, generateKeyPair, type KeyObject, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';

/** Tokens made by hand, so that they can be wrong in any way; nothing of the relay's own is used. */

export const SECRET = 'a secret of the tests, 32 bytes and more';

/** A token as it is wanted; `signed` gives the last part of what stands before it. */
export function makeToken(header: object, payload: object | string, signed: (text: string) => string): string {
  const text = `${encode(header)}.${encode(payload)}`;
  return `${text}.${signed(text)}`;
}

export function hmac(secret: string | Buffer, hash = 'sha256'): (text: string) => string {
  return (text) => createHmac(hash, secret).update(text).digest('base64url');
}

export function es256(key: KeyObject): (text: string) => string {
  return (text) => sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
}

export function eddsa(key: KeyObject): (text: string) => string {
  return (text) => sign(null, Buffer.from(text), key).toString('base64url');
}

export function encode(value: object | string): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
}

/** Seconds since 1970, as JWTs count. */
export function seconds(ms: number = Date.now()): number {
  return Math.floor(ms / 1000);
}

/** A token that the relay takes, by SECRET; `changes` may make it one that it does not. */
export function hsToken(changes: Readonly<Record<string, unknown>> = {}, secret: string = SECRET): string {
  const claims = { sub: 'ada', iat: seconds(), exp: seconds() + 600, ...changes };
  return makeToken({ alg: 'HS256', typ: 'JWT' }, claims, hmac(secret));
}

export interface Pair {
  readonly publicPem: string;
  readonly privatePem: string;
  readonly privateKey: KeyObject;
  /** The public key as a JWK. */
  readonly jwk: object;
}

const generate = promisify(generateKeyPair);

export async function makePair(type: 'P-256' | 'P-384' | 'Ed25519' | 'RSA'): Promise<Pair> {
  const { publicKey, privateKey } = await generatePair(type);
  const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return {
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    privatePem,
    privateKey: createPrivateKey(privatePem),
    jwk: publicKey.export({ format: 'jwk' }),
  };
}

function generatePair(type: 'P-256' | 'P-384' | 'Ed25519' | 'RSA') {
  if (type === 'Ed25519') return generate('ed25519', {});
  return type === 'RSA' ? generate('rsa', { modulusLength: 2048 }) : generate('ec', { namedCurve: type });
}

/** A server of keys that counts how often it is asked, and can fail. */
export interface KeyServer {
  readonly url: string;
  /** What is served; undefined: 500. */
  keys: readonly object[] | undefined;
  asked: number;
  close(): Promise<void>;
}

export async function serveKeys(keys: readonly object[]): Promise<KeyServer> {
  const server = createServer((_request, response) => {
    served.asked += 1;
    if (served.keys === undefined) response.writeHead(500).end('no');
    else response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ keys: served.keys }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const served: KeyServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`,
    keys,
    asked: 0,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return served;
}
