import { existsSync } from 'node:fs';
import { run, type } from './command.ts';

/** Names carry the process that made them, so that a later run finds and removes what a crash left behind. */
const NAME = /^natter-(\d+)-\d+-\S+/;
const NO_IPV6 = 'for file in /proc/sys/net/ipv6/conf/*/disable_ipv6; do [ ! -e $file ] || echo 1 > $file; done';
let made = 0;

/** What this machine lacks for network tests, with the command that would do; undefined where it lacks nothing. */
export function missingForNetworks(): string | undefined {
  const command = 'on Linux, as root, with iproute2 and nftables: `apt-get install -y iproute2 nftables && npm test`';
  if (process.platform !== 'linux') return `network namespaces are Linux's; run ${command}`;
  if (process.getuid?.() !== 0) return `making network namespaces takes root; run ${command}`;
  try {
    type('ip netns list');
    type('nft --version');
    return undefined;
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}; run ${command}`;
  }
}

/** The network namespaces of one lab. All are gone after `close`, or when the next lab is set up after a crash. */
export class Namespaces {
  readonly #prefix: string;
  readonly #names: string[] = [];

  constructor() {
    sweep();
    made += 1;
    this.#prefix = `natter-${process.pid}-${made}-`;
  }

  /** Makes a namespace whose loopback is up. */
  add(role: string): string {
    const name = `${this.#prefix}${role}`;
    type(`ip netns add ${name}`);
    this.#names.push(name);
    // An IPv6 address of the link comes up a second after it, which a browser takes for another network.
    run('ip', 'netns', 'exec', name, 'sh', '-c', NO_IPV6);
    type(`ip -n ${name} link set lo up`);
    return name;
  }

  close(): void {
    for (const name of this.#names.splice(0)) remove(name);
  }
}

/** Removes the namespaces of runs that are over, with what still runs in them. */
function sweep(): void {
  for (const line of type('ip netns list').split('\n')) {
    const [name, pid] = NAME.exec(line) ?? [];
    if (name !== undefined && !existsSync(`/proc/${pid}`)) remove(name);
  }
}

function remove(name: string): void {
  for (const pid of type(`ip netns pids ${name}`).split('\n').filter(Boolean)) end(Number(pid));
  run('ip', 'netns', 'del', name);
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it ended by itself meanwhile
  }
}
