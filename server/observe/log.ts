import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger } from 'pino';

/** Never written, wherever they stand in a record. */
const SECRETS = ['token', 'secret', 'session', 'clientId', 'authorization', 'adminToken', 'proof'];

/** JSON lines; control characters in what clients wrote are escaped by JSON itself. Without a destination: stdout. */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const paths = SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  const options = { name: 'natter', level, redact: { paths, censor: '[redacted]' } };
  return destination ? pino(options, destination) : pino(options);
}
