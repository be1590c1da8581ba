import { type Logger, pino } from 'pino';

export type { Logger } from 'pino';

/** Never written, wherever they stand in a record. */
const SECRETS = ['token', 'secret', 'session', 'clientId', 'authorization', 'adminToken', 'proof'];

/** JSON lines; control characters in what clients wrote are escaped by JSON itself. */
export function createLogger(level: string): Logger {
  const paths = SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  return pino({ name: 'natter', level, redact: { paths, censor: '[redacted]' } });
}
