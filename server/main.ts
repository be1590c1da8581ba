#!/usr/bin/env node
import { packageVersion } from './http/package.ts';
import { createRelay, type Listening, type Relay } from './relay.ts';
import type { Settings } from './settings.ts';
import { type Command, parseSettings } from './settings-command.ts';
import { helpText } from './settings-text.ts';
import { tokenCommand } from './token-command.ts';
import { keptSecret } from './trust/kept-secret.ts';

/** After a signal the process ends within 5 s, whatever still hangs. */
const CLOSE_MS = 4_500;
/** Listening on all addresses: none that a browser could be sent to. */
const WILDCARDS = ['0.0.0.0', '::'];

/** Where the command keeps its secret if it is not told. A program that embeds the relay gets no folder unasked. */
const DATA_FOLDER = '.natter';

const [first, ...rest] = process.argv.slice(2);
if (first === 'token') await printToken(rest);
else await obey(parseSettings(process.env, process.argv.slice(2)));

async function obey(command: Command): Promise<void> {
  switch (command.type) {
    case 'help':
      return console.log(helpText());
    case 'version':
      return console.log(packageVersion());
    case 'refused':
      return fail(`${command.message}; see natter --help`);
    case 'run':
      return run(command.settings);
  }
}

async function printToken(argv: readonly string[]): Promise<void> {
  const { ok, line } = await tokenCommand(process.env, argv);
  if (ok) console.log(line);
  else fail(`${line}; see natter token --help`);
}

async function run(settings: Settings): Promise<void> {
  const relay = createRelay(withSecret(settings));
  try {
    console.log(greeting(settings, await relay.listen()));
  } catch (error) {
    return fail(whyNot(error, settings));
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop(relay));
}

function withSecret(settings: Settings): Settings {
  const { relayKey, dataFolder, redisUrl } = settings;
  if ((relayKey ?? dataFolder ?? redisUrl) !== undefined) return settings;
  try {
    return { ...settings, relayKey: keptSecret(DATA_FOLDER) };
  } catch {
    return settings; // nothing can be written here, as in many containers: the relay runs, and says that its key ends with it
  }
}

/** A second signal finds no listener left, and ends the process at once. */
function stop(relay: Relay): void {
  setTimeout(() => process.exit(0), CLOSE_MS).unref();
  relay.close().then(
    () => process.exit(0),
    (error: unknown) => fail(String(error)),
  );
}

function greeting({ publicUrl, demo }: Settings, { url, address, port }: Listening): string {
  const base = publicUrl ?? (WILDCARDS.includes(address) ? `${new URL(url).protocol}//localhost:${port}` : url);
  return [
    `Natter ${packageVersion()} listens on ${url}`,
    '',
    ...(demo ? [`  demo           ${base}/`, `  network lab    ${base}/lab`, `  a room by name ${base}/room`] : []),
    `  health check   ${base}/healthz`,
    '',
    'Paste this tag into a page:',
    '',
    `  <script async src="${base}/v1/natter.js" data-room="lobby"></script>`,
    '',
  ].join('\n');
}

function whyNot(error: unknown, { host, port }: Settings): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} is taken on ${host}; choose another with PORT or --port`;
    case 'EACCES':
      return `port ${port} needs more rights than this user has`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is not an address of this machine; see HOST or --host`;
    default:
      return error instanceof Error ? error.message : String(error);
  }
}

function fail(message: string): void {
  console.error(`natter: ${message}`);
  process.exit(1);
}
