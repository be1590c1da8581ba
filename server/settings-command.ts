import { contradictionIn, DEFAULTS, flagOf, OWN_PREFIX, SCHEMA, SETTINGS, type Settings } from './settings.ts';

/** What a command line asks for. `refused` carries one line for stderr. */
export type Command =
  | { readonly type: 'run'; readonly settings: Settings }
  | { readonly type: 'help' }
  | { readonly type: 'version' }
  | { readonly type: 'refused'; readonly message: string };

type Environment = Readonly<Record<string, string | undefined>>;
type Key = keyof Settings;

/**
 * Variables that Kubernetes puts into every pod for each Service of its namespace, also for one that is called `natter…`
 * (kubernetes.io, "Discovering services"). `NATTER_PORT` counts as one only with an address in it.
 */
const OF_SERVICE = /_SERVICE_(?:HOST|PORT(?:_\w+)?)$|_PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?$/;
const SERVICE_ADDRESS = /^(?:tcp|udp|sctp):\/\//;

/** Reads the environment, then the flags (which win). Anything unknown under our names is refused, not ignored. */
export function parseSettings(env: Environment, argv: readonly string[]): Command {
  const names = new Set(SETTINGS.map((key) => SCHEMA[key].env));
  const stranger = Object.keys(env).find(
    (name) => name.startsWith(OWN_PREFIX) && !names.has(name) && !isOfService(name, env[name]),
  );
  if (stranger !== undefined) return refused(`unknown setting ${stranger}`);
  let settings = DEFAULTS;
  for (const key of SETTINGS) {
    const value = env[SCHEMA[key].env];
    if (value === undefined || value === '') continue;
    const next = withSetting(settings, key, value, SCHEMA[key].env);
    if ('type' in next) return next;
    settings = next;
  }
  return parseFlags(settings, argv);
}

function parseFlags(defaults: Settings, argv: readonly string[]): Command {
  let settings = defaults;
  const rest = [...argv];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--help' || word === '-h') return { type: 'help' };
    if (word === '--version' || word === '-v') return { type: 'version' };
    const [flag = '', inline] = splitOnce(word, '=');
    const key = SETTINGS.find((candidate) => flagOf(candidate) === flag);
    if (key === undefined) return refused(`unknown option ${flag}`);
    const value = inline ?? rest.shift();
    if (value === undefined) return refused(`${flag} needs a value`);
    const next = withSetting(settings, key, value, flag);
    if ('type' in next) return next;
    settings = next;
  }
  const contradiction = contradictionIn(settings);
  return contradiction === undefined ? { type: 'run', settings } : refused(contradiction);
}

function withSetting(
  settings: Settings,
  key: Key,
  value: string,
  name: string,
): Settings | (Command & { type: 'refused' }) {
  const { read: readValue, secret } = SCHEMA[key];
  const parsed = readValue(value);
  if (parsed.ok) return { ...settings, [key]: parsed.value };
  return refused(secret ? `${name} ${parsed.expected}` : `${name} ${parsed.expected}, not ${JSON.stringify(value)}`);
}

function splitOnce(text: string, separator: string): readonly [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

function refused(message: string): Command & { type: 'refused' } {
  return { type: 'refused', message };
}

function isOfService(name: string, value: string | undefined): boolean {
  return OF_SERVICE.test(name) || (name.endsWith('_PORT') && SERVICE_ADDRESS.test(value ?? ''));
}
