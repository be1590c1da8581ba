import { createHmac, randomBytes } from 'node:crypto';
import type { IceServer } from '../../../protocol/join.ts';
import { type } from './command.ts';
import { type Daemon, startInside } from './process.ts';

const SECRET = randomBytes(16).toString('hex');
/** How long a credential lasts, s. */
const LASTS = 3_600;

/** How a browser reaches coturn, with a credential by its shared secret (the TURN REST API draft, uberti-01). */
export function turnServer(address: string): IceServer {
  const username = `${Math.floor(Date.now() / 1_000) + LASTS}:lab`;
  const credential = createHmac('sha1', SECRET).update(username).digest('base64');
  return { urls: [`stun:${address}:3478`, `turn:${address}:3478?transport=udp`], username, credential };
}

export function startTurn(namespace: string, address: string): Promise<Daemon> {
  type(`ip -n ${namespace} route replace default via 203.0.113.254`); // coturn looks for one, and uses it for nothing
  return startInside(
    namespace,
    [
      ...[
        'stdbuf',
        '-oL',
        'turnserver',
        '-n',
        '--no-cli',
        '--no-tls',
        '--no-dtls',
        '--fingerprint',
        '--realm',
        'natter.example',
      ],
      ...['--listening-ip', address, '--relay-ip', address, '--use-auth-secret', '--static-auth-secret', SECRET],
      ...['--log-file', 'stdout', '--pidfile', '', '--userdb', ':memory:'],
    ],
    /SQLite DB connection success/,
  );
}
