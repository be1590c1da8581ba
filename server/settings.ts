import type { IceServer } from '../protocol/join.ts';
import { LIMIT_DEFAULTS, LIMIT_SCHEMA, type LimitSettings } from './settings-limits.ts';
import * as read from './settings-values.ts';
import { readTokenKey, TOKEN_ALGS, type TokenAlg } from './trust/token-key.ts';

/** Everything an integrator can set. `createRelay` takes a part of it; the command line fills it from SCHEMA. */
export interface Settings extends LimitSettings {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** The origin at which browsers reach this relay, such as `https://chat.example.com`; undefined: where it listens. */
  readonly publicUrl: string | undefined;
  /** Files in PEM with which `listen()` speaks TLS: the certificate with its chain, and its key. Both, or neither: plain http. */
  readonly tlsCert: string | undefined;
  readonly tlsKey: string | undefined;
  /** Exact origins (`https://example.com`) of the pages that may use the relay; `loopback` is any port of this machine. */
  readonly origins: readonly string[];
  /** Whether visitors without a login may enter: yes, with a name of their own alone, or not. */
  readonly guests: 'on' | 'named' | 'off';
  /** Names of rooms that take encrypted entries alone, exact or `prefix*`. Rooms that widgets encrypt do so anyway. */
  readonly encryptedRooms: readonly string[] | undefined;
  /** Entries kept for each room; 0: history is off. */
  readonly history: number;
  /** How long entries are kept, ms. */
  readonly historyAge: number;
  /** Bytes kept for each room. */
  readonly historyBytes: number;
  /** Bytes kept for all rooms. */
  readonly memory: number;
  /** Members up to which links form a full mesh; 0: no links. */
  readonly mesh: number;
  /**
   * Where rooms are kept: in this process, or in Redis for many processes; undefined: in Redis if it has a URL. With
   * `faye-redis` the package of that name brings what is published to the clients.
   */
  readonly engine: 'memory' | 'redis' | 'faye-redis' | undefined;
  /** `redis://…`, or `rediss://…` for TLS. */
  readonly redisUrl: string | undefined;
  /**
   * The secret with which relays sign certificates, and session ids where they share a Redis; undefined: one that Redis
   * or the data folder keeps, or one for as long as this process lives.
   */
  readonly relayKey: string | undefined;
  /** A folder for what must outlive a restart; undefined: nothing does but what is in Redis. */
  readonly dataFolder: string | undefined;
  /**
   * With which tokens are checked: a secret, a PEM, the https address of a JWKS, or `file:` and the path of a secret or a
   * PEM; undefined: the relay reads no tokens itself.
   */
  readonly tokenKey: string | undefined;
  /** The one algorithm that tokens may be signed with; undefined: the one that the key has. */
  readonly tokenAlg: TokenAlg | undefined;
  /** Who tokens must be meant for (`aud`); undefined: they may name nobody. */
  readonly tokenAudience: string | undefined;
  /** STUN and TURN servers given to members. */
  readonly ice: readonly IceServer[];
  /** TURN servers for which each member gets a credential of its own, made with `turnSecret`; undefined: none. */
  readonly turnUrls: readonly string[] | undefined;
  /** The secret that the relay shares with the TURN servers. */
  readonly turnSecret: string | undefined;
  /** Proxies in front of the relay whose X-Forwarded-For is believed; 0: none. */
  readonly trustProxy: number;
  /** The bearer token that opens `/metrics` from elsewhere than loopback, and the admin's routes; undefined: nobody. */
  readonly adminToken: string | undefined;
  /** Whether the demo pages are served. */
  readonly demo: boolean;
  readonly log: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
}

export const DEFAULTS: Settings = {
  host: '127.0.0.1',
  port: 8000,
  publicUrl: undefined,
  tlsCert: undefined,
  tlsKey: undefined,
  origins: ['loopback'],
  guests: 'on',
  encryptedRooms: undefined,
  history: 1000,
  historyAge: 7 * 24 * 60 * 60_000,
  historyBytes: 4 * 1024 * 1024,
  memory: 256 * 1024 * 1024,
  mesh: 8,
  engine: undefined,
  redisUrl: undefined,
  relayKey: undefined,
  dataFolder: undefined,
  tokenKey: undefined,
  tokenAlg: undefined,
  tokenAudience: undefined,
  ice: [],
  turnUrls: undefined,
  turnSecret: undefined,
  trustProxy: 0,
  adminToken: undefined,
  demo: true,
  log: 'info',
  ...LIMIT_DEFAULTS,
};

/** One setting as the environment, the command line and the docs know it. */
export interface Row<T> {
  readonly env: string;
  /** The default as one would write it; empty for none. */
  readonly shown: string;
  readonly meaning: string;
  /** Not to be repeated in a message. */
  readonly secret?: true;
  readonly read: read.Reader<T>;
}

/** The one table from which the environment, the flags, `--help` and docs/operating.md come. */
export const SCHEMA: { readonly [Key in keyof Settings]: Row<Settings[Key]> } = {
  host: { env: 'HOST', shown: '127.0.0.1', meaning: 'Address to listen on.', read: read.text },
  port: { env: 'PORT', shown: '8000', meaning: 'Port to listen on; 0 takes a free one.', read: read.count(65_535) },
  publicUrl: {
    env: 'NATTER_PUBLIC_URL',
    shown: '',
    meaning: 'Where browsers reach the relay, if not at `HOST:PORT`.',
    read: read.url,
  },
  tlsCert: {
    env: 'NATTER_TLS_CERT',
    shown: '',
    meaning: 'File with the certificate and its chain (PEM): the relay then speaks `https` and `wss` itself.',
    read: read.text,
  },
  tlsKey: {
    env: 'NATTER_TLS_KEY',
    shown: '',
    meaning: 'File with the key of that certificate (PEM, without a passphrase).',
    read: read.text,
  },
  origins: {
    env: 'NATTER_ORIGINS',
    shown: 'loopback',
    meaning: 'Origins of the pages that may use the relay, comma-separated; `loopback` is any port of this machine.',
    read: read.origins,
  },
  guests: {
    env: 'NATTER_GUESTS',
    shown: 'on',
    meaning: 'Visitors without a login: `on` (let in), `named` (only with a name they chose) or `off`.',
    read: read.oneOf('on', 'named', 'off'),
  },
  encryptedRooms: {
    env: 'NATTER_ENCRYPTED_ROOMS',
    shown: '',
    meaning:
      'Rooms that take only encrypted messages: names, or prefixes ending in `*`, comma-separated; `*` is all. Rooms with `data-encrypt` need no setting.',
    read: read.list,
  },
  history: {
    env: 'NATTER_HISTORY',
    shown: '1000',
    meaning: 'Entries kept for each room; 0 switches history off.',
    read: read.count(1_000_000),
  },
  historyAge: {
    env: 'NATTER_HISTORY_AGE',
    shown: '7d',
    meaning: 'How long entries are kept, from when they were written.',
    read: read.duration,
  },
  historyBytes: {
    env: 'NATTER_HISTORY_BYTES',
    shown: '4MiB',
    meaning: 'Most bytes of entries kept for each room.',
    read: read.bytes,
  },
  memory: {
    env: 'NATTER_MEMORY',
    shown: '256MiB',
    meaning: 'Most bytes of entries that this process keeps for all rooms together; not used with Redis.',
    read: read.bytes,
  },
  mesh: {
    env: 'NATTER_MESH',
    shown: '8',
    meaning: 'Largest room in which all browsers link directly; 0: no links, everything goes by the relay.',
    read: read.count(32),
  },
  engine: {
    env: 'NATTER_ENGINE',
    shown: '',
    meaning:
      'Where rooms are kept: `memory` or `redis`; `faye-redis` is `redis` with the package of that name between rooms and clients. Without it in Redis if `REDIS_URL` is set, else in memory.',
    read: read.oneOf('memory', 'redis', 'faye-redis'),
  },
  redisUrl: {
    env: 'REDIS_URL',
    shown: '',
    meaning: 'The Redis that relays share: `redis://host:6379`, or `rediss://…` for TLS.',
    secret: true,
    read: read.redisUrl,
  },
  relayKey: {
    env: 'NATTER_RELAY_KEY',
    shown: '',
    meaning:
      'Secret with which the relay signs certificates and session ids, the same for relays that share a Redis; 16 characters or more. Without it Redis or the data folder keeps one; where nothing can be written it is new at each start.',
    secret: true,
    read: read.secret,
  },
  dataFolder: {
    env: 'NATTER_DATA',
    shown: '',
    meaning:
      'Folder that keeps the secret of a relay without Redis, so that what its clients hold counts after a restart. Without it the command uses `.natter` where it is started.',
    read: read.text,
  },
  tokenKey: {
    env: 'NATTER_TOKEN_KEY',
    shown: '',
    meaning:
      'What logins’ tokens are checked with: a secret of 32 bytes or more, a PEM, the `https://` address of a JWKS, or `file:` and the path of a secret or a PEM. See docs/login.md.',
    secret: true,
    read: read.verbatim,
  },
  tokenAlg: {
    env: 'NATTER_TOKEN_ALG',
    shown: '',
    meaning:
      'The one algorithm of tokens: `HS256`, `ES256` or `EdDSA`. Needed with a JWKS; without it the one of the key.',
    read: read.oneOf(...TOKEN_ALGS),
  },
  tokenAudience: {
    env: 'NATTER_TOKEN_AUDIENCE',
    shown: '',
    meaning: 'Who tokens must be meant for (`aud`). Without it a token that names somebody is refused.',
    read: read.text,
  },
  ice: {
    env: 'NATTER_ICE',
    shown: '[]',
    meaning: 'STUN and TURN servers as JSON: `[{"urls": "stun:stun.example.com"}]`.',
    read: read.iceServers,
  },
  turnUrls: {
    env: 'NATTER_TURN_URLS',
    shown: '',
    meaning:
      'TURN servers for which each member gets a credential of 10 minutes, comma-separated: `turns:turn.example.com:5349`.',
    read: read.turnUrls,
  },
  turnSecret: {
    env: 'NATTER_TURN_SECRET',
    shown: '',
    meaning:
      'The secret of those TURN servers (coturn: `static-auth-secret`), with which the relay makes credentials; 16 characters or more.',
    secret: true,
    read: read.secret,
  },
  trustProxy: {
    env: 'NATTER_TRUST_PROXY',
    shown: '0',
    meaning: 'How many proxies stand in front of the relay and write `X-Forwarded-For`.',
    read: read.count(8),
  },
  adminToken: {
    env: 'NATTER_ADMIN_TOKEN',
    shown: '',
    meaning:
      'Bearer token that opens `/metrics` from elsewhere than this machine, and `/admin/revocations`; 16 characters or more.',
    secret: true,
    read: read.secret,
  },
  demo: { env: 'NATTER_DEMO', shown: 'on', meaning: 'Whether the demo pages are served.', read: read.onOff },
  log: {
    env: 'NATTER_LOG',
    shown: 'info',
    meaning: 'Lowest level that is logged: `fatal`, `error`, `warn`, `info`, `debug`, `trace` or `silent`.',
    read: read.oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
  },
  ...LIMIT_SCHEMA,
};

type Key = keyof Settings;

/** All settings, in the order of the docs. */
export const SETTINGS = Object.keys(SCHEMA) as readonly Key[];
/** What the variables that are ours alone begin with. */
export const OWN_PREFIX = 'NATTER_';

/** What in settings that are each right does not fit together, in one line; undefined where all does. */
export function contradictionIn(settings: Settings): string | undefined {
  const { engine, redisUrl, tlsCert, tlsKey, tokenKey, tokenAlg, turnUrls, turnSecret } = settings;
  const needsRedis = engine !== undefined && engine !== 'memory';
  if (needsRedis && redisUrl === undefined) return `NATTER_ENGINE ${engine} needs REDIS_URL`;
  if ((tlsCert === undefined) !== (tlsKey === undefined)) return 'NATTER_TLS_CERT and NATTER_TLS_KEY need each other';
  if ((turnUrls === undefined) !== (turnSecret === undefined))
    return 'NATTER_TURN_URLS and NATTER_TURN_SECRET need each other';
  if (tokenKey === undefined) return undefined;
  const key = readTokenKey(tokenKey, tokenAlg);
  return key.ok ? undefined : `NATTER_TOKEN_KEY ${key.expected}`;
}

/** The flag of a setting: `NATTER_HISTORY_AGE` is `--history-age`. */
export function flagOf(key: Key): string {
  const { env } = SCHEMA[key];
  return `--${(env.startsWith(OWN_PREFIX) ? env.slice(OWN_PREFIX.length) : env).toLowerCase().replaceAll('_', '-')}`;
}
