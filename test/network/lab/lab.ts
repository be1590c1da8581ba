import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { IceServer } from '../../../protocol/join.ts';
import { BROWSER_OPTIONS } from '../../../scripts/build/browser.ts';
import { openChromium } from './chromium-tab.ts';
import { openFirefox } from './firefox-tab.ts';
import { Network, type NetworkOptions, SERVER } from './network.ts';
import { Person } from './person.ts';
import { type Daemon, startInside } from './process.ts';
import { startTurn, turnServer } from './turn.ts';

export type BrowserName = 'Chromium' | 'Firefox';

export interface LabOptions extends NetworkOptions {
  readonly browsers: readonly [BrowserName, BrowserName];
  /** Entries that the relay keeps; 0: what is said goes by links alone while they live. */
  readonly history: number;
  /** Whether the relay names a TURN server to its members. */
  readonly turn?: boolean;
  /** Whether links may use relayed candidates alone. */
  readonly relayOnly?: boolean;
}

const RELAY = `http://${SERVER}:8000`;
const SITE = `http://${SERVER}:8080`;
const NAMES = ['Ada', 'Ben'] as const;
const script = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** A network, a relay and a site in it, and two people at browsers who have not entered yet. */
export class Lab {
  readonly people: readonly [Person, Person];
  readonly #network: Network;
  readonly #daemons: readonly Daemon[];

  private constructor(network: Network, daemons: readonly Daemon[], people: readonly [Person, Person]) {
    this.#network = network;
    this.#daemons = daemons;
    this.people = people;
  }

  static async set(options: LabOptions): Promise<Lab> {
    const network = new Network(options);
    const undo: (() => unknown)[] = [() => network.close()];
    try {
      const daemons = await startServers(network.server, options);
      undo.unshift(...daemons.map((daemon) => () => daemon.stop()));
      const recorder = await bundleRecorder(options.relayOnly ?? false);
      const sit = async (seat: 0 | 1) => {
        const home = await network.addHome();
        const open = options.browsers[seat] === 'Firefox' ? openFirefox : openChromium;
        const tab = await open({ namespace: home.namespace, trusted: SITE, script: recorder });
        undo.unshift(() => tab.close());
        return new Person(NAMES[seat], home, tab);
      };
      return new Lab(network, daemons, [await sit(0), await sit(1)]);
    } catch (error) {
      for (const step of undo) await step();
      throw error;
    }
  }

  async enter(): Promise<void> {
    for (const person of this.people) await person.enter(`${SITE}/`);
  }

  async clear(): Promise<void> {
    await Promise.all(this.people.map((person) => person.close()));
    await Promise.all(this.#daemons.map((daemon) => daemon.stop()));
    this.#network.close();
  }
}

async function startServers(namespace: string, { history, turn }: LabOptions): Promise<Daemon[]> {
  const ice: readonly IceServer[] = turn ? [turnServer(SERVER)] : [];
  const relay = startInside(
    namespace,
    [
      ...[process.execPath, 'dist/server/main.js', '--host', SERVER, '--port', '8000', '--log', 'warn'],
      ...['--origins', SITE, '--history', String(history), '--ice', JSON.stringify(ice)],
    ],
    /listens on/,
  );
  const site = startInside(
    namespace,
    [process.execPath, '--import', 'tsx', script('site.ts'), SERVER, '8080', RELAY, 'lobby'],
    /ready/,
  );
  return Promise.all([relay, site, ...(turn ? [startTurn(namespace, SERVER)] : [])]);
}

async function bundleRecorder(relayOnly: boolean): Promise<string> {
  const { outputFiles } = await build({
    ...BROWSER_OPTIONS,
    entryPoints: [script('recorder.page.ts')],
    format: 'iife',
    write: false,
  });
  return `window.labRelayOnly = ${relayOnly};\n${outputFiles[0]?.text ?? ''}`;
}
