import { once } from 'node:events';
import { WebSocket } from 'ws';
import { isRecord } from '../../../protocol/json.ts';
import { createRelay, type Relay, type RelayOptions } from '../../../server/index.ts';
import { within } from '../../support/eventually.ts';
import { RELAY_KEY } from '../../support/relay-key.ts';

/** A Bayeux message as it came over the wire: not trusted, not typed. */
export type Message = Readonly<Record<string, unknown>>;

export interface RunningRelay {
  readonly relay: Relay;
  readonly url: string;
  readonly port: number;
}

const DEADLINE_MS = 4_000;

export async function startRelay(options: RelayOptions = {}): Promise<RunningRelay> {
  // Relays that share a Redis have the key that it keeps.
  const relayKey = options.redisUrl === undefined ? RELAY_KEY : undefined;
  const relay = createRelay({ port: 0, log: 'silent', relayKey, ...options });
  const { url, port } = await relay.listen();
  return { relay, url, port };
}

/** A field of nested objects by its path; undefined where there is none. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let found: unknown = value;
  for (const key of path) {
    found = Array.isArray(found) && typeof key === 'number' ? found[key] : isRecord(found) ? found[key] : undefined;
  }
  return found;
}

export function code(reply: unknown): unknown {
  return at(reply, 'ext', 'natter', 'code');
}

/** Sends one Bayeux payload by POST, as it is. */
export async function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${url}/bayeux`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

export async function postMessages(url: string, ...messages: readonly object[]): Promise<readonly Message[]> {
  return (await (await post(url, messages)).json()) as readonly Message[];
}

/** A number of `/metrics` by its name. */
export async function metric(url: string, name: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name.replace(/[{}]/g, '\\$&')} (\\S+)$`, 'm').exec(metrics)?.[1]);
}

export function handshakeMessage(natter?: object): object {
  return {
    channel: '/meta/handshake',
    version: '1.0',
    supportedConnectionTypes: ['websocket', 'long-polling'],
    id: 'handshake',
    ...(natter ? { ext: { natter } } : {}),
  };
}

/** A raw client on one WebSocket: says what it is told and keeps what it hears. */
export class RawClient {
  readonly ws: WebSocket;
  /** Messages that are not answers. */
  readonly heard: Message[] = [];
  /** Answers and messages in the order they came. */
  readonly frames: string[] = [];
  clientId = '';
  session: string | undefined;
  nonce = '';
  /** Whether the next message shows the session secret. */
  shows = false;
  private readonly answers = new Map<unknown, (reply: Message) => void>();
  private readonly listeners = new Set<() => void>();
  private next = 0;

  constructor(ws: WebSocket) {
    this.ws = ws;
    ws.on('message', (payload: Buffer) => this.hear(payload.toString()));
    ws.on('error', () => undefined);
  }

  /** @param ca of a relay that speaks TLS: the authority that it is known by */
  static async open(url: string, headers: Record<string, string> = {}, ca?: Buffer): Promise<RawClient> {
    const tls = ca ? { ca } : {};
    const ws = new WebSocket(`${url.replace('http', 'ws')}/bayeux`, { headers, perMessageDeflate: false, ...tls });
    const client = new RawClient(ws);
    await within(once(ws, 'open'), DEADLINE_MS, 'a socket');
    return client;
  }

  /** A client with a session; with `natter` it is one of ours, and has a secret. */
  static async connect(url: string, natter?: object, ca?: Buffer): Promise<RawClient> {
    const client = await RawClient.open(url, {}, ca);
    await client.handshake(natter);
    client.shows = client.session !== undefined;
    void client.call({ channel: '/meta/connect', connectionType: 'websocket' });
    return client;
  }

  async handshake(natter?: object): Promise<Message> {
    const reply = await this.call(handshakeMessage(natter));
    if (typeof reply.clientId === 'string') this.clientId = reply.clientId;
    const session = at(reply, 'ext', 'natter', 'session');
    if (typeof session === 'string') this.session = session;
    this.nonce = String(at(reply, 'ext', 'natter', 'nonce'));
    return reply;
  }

  /** Sends one message under this client's session and waits for its answer. */
  call(message: object): Promise<Message> {
    this.next += 1;
    const id = `${this.next}`;
    const answer = new Promise<Message>((resolve) => this.answers.set(id, resolve));
    const own = this.clientId === '' ? {} : { clientId: this.clientId };
    const ext = this.shows ? { ext: { natter: { ...readNatter(message), session: this.session } } } : {};
    this.shows = false;
    this.send([{ ...own, ...message, ...ext, id }]);
    return 'channel' in message && message.channel === '/meta/connect'
      ? answer
      : within(answer, DEADLINE_MS, JSON.stringify(message).slice(0, 200));
  }

  subscribe(subscription: string | readonly string[], natter?: object): Promise<Message> {
    return this.call({ channel: '/meta/subscribe', subscription, ...(natter ? { ext: { natter } } : {}) });
  }

  publish(channel: string, data: unknown): Promise<Message> {
    return this.call({ channel, data });
  }

  send(payload: unknown): void {
    this.ws.send(typeof payload === 'string' ? payload : JSON.stringify(payload));
  }

  /** Waits until as many messages have been heard on a channel, and returns their data. */
  async on(channel: string, count: number, deadlineMs: number = DEADLINE_MS): Promise<readonly unknown[]> {
    const heard = () => this.heard.filter((message) => message.channel === channel).map(({ data }) => data);
    await this.until(() => heard().length >= count, deadlineMs, `${count} messages on ${channel}`);
    return heard();
  }

  /** Waits until a condition holds, looking after each frame. */
  until(condition: () => boolean, deadlineMs: number, what: string): Promise<void> {
    if (condition()) return Promise.resolve();
    const held = new Promise<void>((resolve) => {
      const look = () => {
        if (!condition()) return;
        this.listeners.delete(look);
        resolve();
      };
      this.listeners.add(look);
    });
    return within(held, deadlineMs, what);
  }

  closed(deadlineMs: number = DEADLINE_MS): Promise<number> {
    if (this.ws.readyState === WebSocket.CLOSED) return Promise.resolve(0);
    return within(once(this.ws, 'close'), deadlineMs, 'the close of a socket').then(([status]) => Number(status));
  }

  close(): void {
    this.ws.terminate();
  }

  private hear(payload: string): void {
    this.frames.push(payload);
    for (const message of JSON.parse(payload) as readonly Message[]) {
      if (message.successful === undefined) this.heard.push(message);
      else this.answers.get(message.id)?.(message);
    }
    for (const listener of [...this.listeners]) listener();
  }
}

function readNatter(message: object): object {
  const natter = at(message, 'ext', 'natter');
  return isRecord(natter) ? natter : {};
}
