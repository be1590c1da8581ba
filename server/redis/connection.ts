import { Redis } from 'ioredis';

/** A connection for commands, and one that listens: Redis wants them apart. */
export interface Connections {
  readonly commands: Redis;
  readonly subscriber: Redis;
  /** Gives up the connections there are, which bring nothing, for new ones. */
  renew(): void;
  close(): void;
}

/** ms after which a command, or an attempt to connect, has failed. */
const COMMAND_MS = 2_000;
/** ms before an attempt to connect again: grows by `step` up to `most`. */
const RETRY = { step: 50, most: 1_000 } as const;
/** The most ms between looks whether a Redis that reads its log is done: what it says of that itself may be far off. */
const LOADING_MS = 500;

/**
 * Nothing is kept for a connection that is not there: whoever asked is told at once. No error is ever thrown past
 * `onError`: a Redis that is gone does not end the process.
 */
export function connectRedis(url: string, onError: (error: Error) => void): Connections {
  const options = {
    enableOfflineQueue: false,
    autoResubscribe: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    commandTimeout: COMMAND_MS,
    connectTimeout: COMMAND_MS,
    maxLoadingRetryTime: LOADING_MS,
    retryStrategy: (attempt: number) => Math.min(attempt * RETRY.step, RETRY.most),
  };
  const [commands, subscriber] = [new Redis(url, options), new Redis(url, options)];
  for (const connection of [commands, subscriber]) {
    connection.on('error', onError);
    connection.on('connect', () => joinWrites(connection.stream));
  }
  return {
    commands,
    subscriber,
    renew() {
      for (const connection of [commands, subscriber]) if (isOpen(connection)) connection.disconnect(true);
    },
    close() {
      commands.disconnect();
      subscriber.disconnect();
    },
  };
}

/** What one turn of the event loop asks of Redis is written to its connection in one piece, and not command by command. */
function joinWrites(stream: Redis['stream']): void {
  const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
  stream.write = (...args: unknown[]) => {
    if (stream.writableCorked === 0) {
      stream.cork();
      setImmediate(() => stream.uncork());
    }
    return write(...args);
  };
}

/** Whether there is a connection, whatever it is worth. If not, another is on its way. */
export function isOpen({ status }: Redis): boolean {
  return status === 'ready' || status === 'connect';
}

/** The word with which Redis says why not, such as OOM, READONLY or MISCONF; undefined where it says nothing. */
export function whyNot(error: unknown): string | undefined {
  return error instanceof Error ? /^([A-Z]{3,}) /.exec(error.message)?.[1] : undefined;
}
