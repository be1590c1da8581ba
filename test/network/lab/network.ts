import { run, type } from './command.ts';
import { Impairment, type Quality } from './impairment.ts';
import { Namespaces } from './namespaces.ts';

/** The relay's (and coturn's) address on the wide network; RFC 5737 keeps 203.0.113.0/24 for documentation. */
export const SERVER = '203.0.113.1';

export interface NetworkOptions {
  /** Whether each person sits behind a NAT that lets nobody in, and maps each connection to a port of its own. */
  readonly nat?: boolean;
  /** How well each person's line to the wide network works; without it, it is perfect. */
  readonly quality?: Quality;
}

/** What a person's gateway does to the packets that it forwards. `in` and `out` are as the person sees them. */
export type Fault = 'udp' | 'blackhole' | 'blackhole-in' | 'blackhole-out';

const RULES: Readonly<Record<Fault, string>> = {
  udp: 'meta l4proto udp drop',
  blackhole: 'drop',
  'blackhole-in': 'iifname "w0" drop',
  'blackhole-out': 'oifname "w0" drop',
};

/**
 * A relay's namespace and one for each person, each behind a gateway of its own:
 *
 *     person 10.N.0.2 ── gateway 203.0.113.N0 ──┐
 *     person 10.M.0.2 ── gateway 203.0.113.M0 ──┼── switch ── server 203.0.113.1
 *
 * Faults are made in the gateways, so that a browser sees what it sees in life: packets that do not come.
 */
export class Network {
  readonly server: string;
  readonly #namespaces = new Namespaces();
  readonly #switch: string;
  readonly #options: NetworkOptions;
  readonly #impairments: Impairment[] = [];
  #homes = 0;

  constructor(options: NetworkOptions = {}) {
    this.#options = options;
    this.#switch = this.#namespaces.add('switch');
    type(`ip -n ${this.#switch} link add br0 type bridge forward_delay 0`);
    type(`ip -n ${this.#switch} link set br0 up`);
    this.server = this.#namespaces.add('server');
    this.#plugIn(this.server, 'srv', `${SERVER}/24`);
  }

  /** Adds a person's namespace and its gateway. */
  async addHome(): Promise<Home> {
    this.#homes += 1;
    const number = this.#homes;
    const gateway = this.#namespaces.add(`gateway${number}`);
    const person = this.#namespaces.add(`person${number}`);
    const wide = `203.0.113.${number}0`;
    if (this.#options.quality) {
      const line = await Impairment.start(gateway, `${wide}/24`, this.#switch, this.#options.quality);
      this.#impairments.push(line);
    } else this.#plugIn(gateway, `gw${number}`, `${wide}/24`);
    type(`ip -n ${gateway} link add l0 type veth peer name e0 netns ${person}`);
    type(`ip -n ${gateway} addr add 10.${number}.0.1/24 dev l0`);
    type(`ip -n ${gateway} link set l0 up`);
    type(`ip -n ${person} addr add 10.${number}.0.2/24 dev e0`);
    type(`ip -n ${person} link set e0 up`);
    type(`ip -n ${person} route add default via 10.${number}.0.1`);
    run('ip', 'netns', 'exec', gateway, 'sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward');
    nft(gateway, 'add table inet lab; add chain inet lab faults { type filter hook forward priority 0; }');
    if (this.#options.nat) hide(gateway);
    else this.#announce(number, wide, gateway);
    return new Home(person, gateway, number);
  }

  close(): void {
    for (const line of this.#impairments.splice(0)) line.stop();
    this.#namespaces.close();
  }

  /** Without NAT everybody knows the way to everybody's home. */
  #announce(number: number, wide: string, gateway: string): void {
    type(`ip -n ${this.server} route add 10.${number}.0.0/24 via ${wide}`);
    for (let other = 1; other < number; other += 1) {
      const its = gateway.replace(/\d+$/, String(other));
      type(`ip -n ${gateway} route add 10.${other}.0.0/24 via 203.0.113.${other}0`);
      type(`ip -n ${its} route add 10.${number}.0.0/24 via ${wide}`);
    }
  }

  #plugIn(namespace: string, port: string, address: string): void {
    type(`ip -n ${this.#switch} link add ${port} type veth peer name w0 netns ${namespace}`);
    type(`ip -n ${this.#switch} link set ${port} master br0 up`);
    type(`ip -n ${namespace} addr add ${address} dev w0`);
    type(`ip -n ${namespace} link set w0 up`);
  }
}

/** Where one person sits: a namespace for the browser, and the gateway in front of it. */
export class Home {
  readonly namespace: string;
  readonly #gateway: string;
  readonly #number: number;
  #host = 2;

  constructor(namespace: string, gateway: string, number: number) {
    this.namespace = namespace;
    this.#gateway = gateway;
    this.#number = number;
  }

  fail(fault: Fault): void {
    nft(this.#gateway, `add rule inet lab faults ${RULES[fault]}`);
  }

  heal(): void {
    nft(this.#gateway, 'flush chain inet lab faults');
  }

  /** Another address on the same line, as after a new lease: the old one is gone at once. */
  moveAddress(): void {
    const { namespace } = this;
    const before = `10.${this.#number}.0.${this.#host}/24`;
    this.#host += 1;
    type(`ip -n ${namespace} addr del ${before} dev e0`);
    type(`ip -n ${namespace} addr add 10.${this.#number}.0.${this.#host}/24 dev e0`);
    type(`ip -n ${namespace} route replace default via 10.${this.#number}.0.1`);
  }
}

/** Port-dependent mapping and filtering, and no way to a neighbour's private addresses: only TURN gets through. */
function hide(gateway: string): void {
  nft(
    gateway,
    [
      'add table ip nat',
      'add chain ip nat out { type nat hook postrouting priority srcnat; }',
      'add rule ip nat out oifname "w0" masquerade fully-random',
      'add chain inet lab strangers { type filter hook forward priority 1; }',
      'add rule inet lab strangers iifname "w0" ct state new,invalid drop',
      'add chain inet lab self { type filter hook input priority 0; }',
      'add rule inet lab self iifname "w0" ct state new,invalid drop',
    ].join('; '),
  );
  type(`ip -n ${gateway} route add unreachable 10.0.0.0/8`);
}

function nft(namespace: string, rules: string): void {
  run('ip', 'netns', 'exec', namespace, 'nft', rules);
}
