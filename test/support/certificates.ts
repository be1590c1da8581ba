import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RedisTls } from './redis.ts';

export interface Certificates extends RedisTls {
  /** Puts another certificate, with a key of its own, where the first one was. The authority stays. */
  renew(): void;
  remove(): void;
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'] as const;

/** An authority that nobody knows yet, and a certificate for 127.0.0.1 that it has signed. */
export function makeCertificates(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), 'natter-tls-'));
  const [ca, caKey, cert, key] = ['ca.pem', 'ca.key', 'server.pem', 'server.key'].map((name) => join(folder, name));
  if (!ca || !caKey || !cert || !key) throw new Error('no paths');
  const openssl = (...args: readonly string[]) => execFileSync('openssl', args, { stdio: 'ignore' });
  openssl('req', '-x509', ...KEY, '-keyout', caKey, '-out', ca, '-days', '2', '-subj', '/CN=Natter test authority');
  const signed = ['-CA', ca, '-CAkey', caKey, '-addext', 'subjectAltName=IP:127.0.0.1'];
  const renew = () =>
    openssl('req', '-x509', ...KEY, ...signed, '-keyout', key, '-out', cert, '-days', '2', '-subj', '/CN=server');
  renew();
  return { cert, key, ca, renew, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
