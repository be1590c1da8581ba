import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger } from 'pino';

/** Never written, wherever they stand in a record. */
const SECRETS = [
  ...['token', 'secret', 'session', 'clientId', 'authorization', 'adminToken', 'proof'],
  ...['cookie', 'password', 'credential', 'relayKey', 'tokenKey', 'redisUrl'],
];

/** What JSON leaves as it is and a terminal acts on: DEL and the C1 controls, ends of lines, marks that turn the text round. */
const ACTED_ON = /[\u007f-\u009f\u2028\u2029\p{Bidi_Control}]/gu;

/** JSON lines in which nothing that clients wrote can be more than text. Without a destination: stdout. */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const paths = SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  const options = {
    name: 'natter',
    level,
    redact: { paths, censor: '[redacted]' },
    serializers: { err: told },
    hooks: { streamWrite },
  };
  return destination ? pino(options, destination) : pino(options);
}

/** Of an error no more than says what it is. Libraries hang on theirs what they were about: Redis' has the command's arguments. */
function told(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack } = error;
  return { name, message, stack, ...('code' in error ? { code: String(error.code) } : {}) };
}

function streamWrite(line: string): string {
  return line.replace(ACTED_ON, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
