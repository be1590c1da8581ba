import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { listFiles } from './sources.ts';

/** What the tests run besides npm packages: a Debian package and a file that shows it is there. */
const PACKAGES: Readonly<Record<string, string>> = {
  chromium: 'chromium',
  'firefox-esr': 'firefox-esr',
  'fonts-liberation': '/usr/share/fonts/truetype/liberation',
  'fonts-noto-color-emoji': '/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf',
  iproute2: '/sbin/ip',
  nftables: '/usr/sbin/nft',
  openssl: 'openssl',
  'php-cli': 'php',
  python3: 'python3',
  'redis-server': 'redis-server',
  ruby: 'ruby',
};
/** What `npm run test:network` runs besides. */
const NETWORK_PACKAGES: typeof PACKAGES = {
  coturn: '/usr/bin/turnserver',
};
const BUILT = ['protocol', 'server', 'widget', 'demo'];
/** One file of each part of the build. */
const STAMPS = ['dist/server/main.js', 'dist/public/v1/natter.js', 'dist/demo/index.html'];

/** Before `npm test` (or, with the word `network`, `npm run test:network`): what tests run is there, dist is of these sources. */
function main(): number {
  const packages = process.argv.includes('network') ? { ...PACKAGES, ...NETWORK_PACKAGES } : PACKAGES;
  return ensurePackages(packages) && ensureBuild() ? 0 : 1;
}

function ensurePackages(packages: typeof PACKAGES): boolean {
  const missing = Object.keys(packages).filter((name) => !isInstalled(packages[name] ?? name));
  if (missing.length === 0) return true;
  const install = `apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  if (process.getuid?.() !== 0 || !isInstalled('apt-get')) {
    console.error(`The tests need ${missing.join(', ')}. On Debian: sudo ${install}`);
    return false;
  }
  return run('apt-get', ['update', '-qq']) && run('sh', ['-c', `DEBIAN_FRONTEND=noninteractive ${install} </dev/null`]);
}

function ensureBuild(): boolean {
  const sources = listFiles(BUILT).concat('esbuild.mjs', 'package.json', 'package-lock.json');
  const newest = Math.max(...sources.map((path) => statSync(path).mtimeMs));
  if (STAMPS.every((path) => existsSync(path) && statSync(path).mtimeMs >= newest)) return true;
  return run('npm', ['run', '--silent', 'build']);
}

function isInstalled(name: string): boolean {
  if (name.startsWith('/')) return existsSync(name);
  return (process.env.PATH ?? '').split(delimiter).some((folder) => isExecutable(join(folder, name)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // not there, or not ours to run
  }
}

function run(command: string, args: readonly string[]): boolean {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (error) console.error(`${command}: ${error.message}`);
  return status === 0;
}

process.exitCode = main();
