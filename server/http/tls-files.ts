import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext, type SecureContextOptions } from 'node:tls';

/** Where a relay finds what it shows to browsers, as PEM: the certificate with those between it and its authority, and its key. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

/** What stands in the files and fits together; or, in one line that names the setting, why it does not. */
export type TlsPair =
  | { readonly ok: true; readonly options: SecureContextOptions; readonly expires: number }
  | { readonly ok: false; readonly wrong: string };

/** RFC 8996: TLS 1.0 and 1.1 must not be used. */
const LEAST_VERSION = 'TLSv1.2';

/** Reads both files. `expires` is the end of the certificate's time, ms since 1970. */
export function readTlsPair(files: TlsFiles): TlsPair {
  const cert = read(files.cert);
  if (cert === undefined) return wrong(`NATTER_TLS_CERT: ${files.cert} can not be read`);
  const key = read(files.key);
  if (key === undefined) return wrong(`NATTER_TLS_KEY: ${files.key} can not be read`);
  const options = { cert, key, minVersion: LEAST_VERSION } as const;
  const parsed = attempt(() => new X509Certificate(cert));
  if (!parsed) return wrong(`NATTER_TLS_CERT: ${files.cert} is not a certificate in PEM`);
  if (!attempt(() => createSecureContext(options))) {
    return wrong(`NATTER_TLS_KEY: ${files.key} is not the key of ${files.cert}, in PEM and without a passphrase`);
  }
  return { ok: true, options, expires: Date.parse(parsed.validTo) };
}

/** ms between looks at the files: what is renewed counts within a few of them. */
const LOOK_MS = 1_000;

/**
 * Tells of a new certificate or a new key, until it is stopped. It compares what stands in the files, at times: those who
 * renew certificates replace links, or write one file before the other; so what is told has stood there for two looks.
 */
export function watchTlsFiles(files: TlsFiles, onChange: (pair: TlsPair) => void): () => void {
  const content = () => `${read(files.cert)}\n${read(files.key)}`;
  let told = content();
  let seen = told;
  const look = () => {
    const now = content();
    if (now === seen && now !== told) {
      told = now;
      onChange(readTlsPair(files));
    }
    seen = now;
  };
  const timer = setInterval(look, LOOK_MS).unref();
  return () => clearInterval(timer);
}

function read(file: string): string | undefined {
  return attempt(() => readFileSync(file, 'utf8'));
}

/** OpenSSL and the file system throw for what an operator may mistype; the reason is told by us, in their words it could show the key. */
function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}

function wrong(why: string): TlsPair {
  return { ok: false, wrong: why };
}
