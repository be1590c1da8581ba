import { duration, oneOf, type Read } from './settings-values.ts';
import { signToken, type TokenClaims } from './trust/sign-token.ts';
import { TOKEN_ALGS } from './trust/token-key.ts';

type Environment = Readonly<Record<string, string | undefined>>;
/** One line each: the token for stdout, or what is wrong for stderr. */
export type Printed = { readonly ok: true; readonly line: string } | { readonly ok: false; readonly line: string };

const FLAGS = ['user', 'name', 'rooms', 'role', 'session', 'expires', 'key', 'alg', 'audience'] as const;
type Flag = (typeof FLAGS)[number];
/** Those that the relay has too may come from where it has them. */
const VARIABLES: Readonly<Partial<Record<Flag, string>>> = {
  key: 'NATTER_TOKEN_KEY',
  alg: 'NATTER_TOKEN_ALG',
  audience: 'NATTER_TOKEN_AUDIENCE',
};

export const TOKEN_HELP = [
  'Usage: natter token --user ada [--name "Ada L."] [--rooms lobby,team-*] [--role moderator] [--expires 1h] …',
  '',
  'Prints a token for one user, signed with NATTER_TOKEN_KEY (a secret or a private key).',
  '',
  '  --user      Your id of the user.',
  '  --name      The name that others see; without it the visitor chooses one.',
  '  --rooms     Rooms that it opens, comma-separated; `team-*` is all that begin so. Without it every room.',
  '  --role      `member` (without it) or `moderator`.',
  '  --session   Your id of the login, by which it can be revoked.',
  '  --expires   For how long it holds: 90s, 12h, up to 30d. Without it 1h.',
  '  --key       Instead of NATTER_TOKEN_KEY: a secret, a PEM, or file: and a path.',
  '  --alg       Instead of NATTER_TOKEN_ALG.',
  '  --audience  Instead of NATTER_TOKEN_AUDIENCE.',
].join('\n');

/** `natter token …`: makes a token on the command line, to try a relay out or for a client without a server. */
export async function tokenCommand(env: Environment, argv: readonly string[]): Promise<Printed> {
  if (argv.includes('--help') || argv.includes('-h')) return { ok: true, line: TOKEN_HELP };
  const flags = readFlags(env, argv);
  if (!flags.ok) return no(flags.expected);
  const { user, name, rooms, role, session, expires = '1h', key, alg, audience } = flags.value;
  if (user === undefined) return no('--user is needed');
  if (key === undefined) return no('NATTER_TOKEN_KEY or --key is needed: a secret or a private key');
  const lifetime = duration(expires);
  if (!lifetime.ok) return no(`--expires ${lifetime.expected}`);
  const known = role === undefined ? undefined : oneOf('member', 'moderator')(role);
  if (known?.ok === false) return no(`--role ${known.expected}`);
  const pinned = alg === undefined ? undefined : oneOf(...TOKEN_ALGS)(alg);
  if (pinned?.ok === false) return no(`--alg ${pinned.expected}`);
  const claims: TokenClaims = {
    user,
    ...(name === undefined ? {} : { name }),
    ...(rooms === undefined ? {} : { rooms: rooms.split(',').map((room) => room.trim()) }),
    ...(known ? { role: known.value } : {}),
    ...(session === undefined ? {} : { session }),
  };
  const options = { key, lifetime: lifetime.value, ...(pinned ? { alg: pinned.value } : {}) };
  try {
    return { ok: true, line: await signToken(claims, audience === undefined ? options : { ...options, audience }) };
  } catch (error) {
    return no(error instanceof Error ? error.message : String(error));
  }
}

function readFlags(env: Environment, argv: readonly string[]): Read<Readonly<Partial<Record<Flag, string>>>> {
  const values: Partial<Record<Flag, string>> = {};
  for (const flag of FLAGS) {
    const variable = VARIABLES[flag];
    const value = variable === undefined ? undefined : env[variable];
    if (value !== undefined && value !== '') values[flag] = value;
  }
  const rest = [...argv];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const [, name, inline] = /^--([a-z]+)(?:=(.*))?$/s.exec(word) ?? [];
    const flag = FLAGS.find((candidate) => candidate === name);
    if (flag === undefined) return { ok: false, expected: `unknown option ${word.split('=', 1)[0]}` };
    const value = inline ?? rest.shift();
    if (value === undefined) return { ok: false, expected: `--${flag} needs a value` };
    values[flag] = value;
  }
  return { ok: true, value: values };
}

function no(line: string): Printed {
  return { ok: false, line };
}
