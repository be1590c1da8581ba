import type { Browser, Page } from 'playwright-core';
import { roomChannel } from '../../../protocol/channels.ts';
import type { Entry } from '../../../protocol/entry.ts';
import type { RoomName } from '../../../protocol/ids.ts';
import type { JoinReply } from '../../../protocol/join.ts';
import { decodeRoom } from '../../../protocol/rooms.ts';
import { RawClient } from '../../integration/relay/bayeux-client.ts';
import { joinExt, type Replica, readJoin } from '../../integration/relay/replica.ts';
import { openPage } from '../../support/chromium.ts';
import { type HostPage, pastedTag, serveHostPage } from '../../support/host-page.ts';
import { type RedisProcess, startRedis } from '../../support/redis.ts';
import { type RelayProcess, startRelayProcess } from '../../support/relay-process.ts';
import { Visitor } from './visitor.ts';

/** A relay with a Redis or without, all that either is told, and a page whose room is encrypted. */
export class EncryptedStage {
  readonly relay: RelayProcess;
  readonly redis: RedisProcess | undefined;
  readonly host: HostPage;
  /** Everything that went over the wire between pages and relay, and from relay to Redis. */
  readonly wire: string[] = [];
  readonly commands: string[] = [];
  readonly #browser: Browser;
  #endMonitor: () => void = () => undefined;

  private constructor(relay: RelayProcess, redis: RedisProcess | undefined, host: HostPage, browser: Browser) {
    this.relay = relay;
    this.redis = redis;
    this.host = host;
    this.#browser = browser;
  }

  static async set(browser: Browser, room: string, engine: 'redis' | 'memory' = 'redis'): Promise<EncryptedStage> {
    const redis = engine === 'redis' ? await startRedis() : undefined;
    const relay = await startRelayProcess([...(redis ? ['--redis-url', redis.url] : []), '--log', 'trace']);
    const host = await serveHostPage(pastedTag(relay.url, room, 'data-encrypt'));
    const stage = new EncryptedStage(relay, redis, host, browser);
    const monitor = await redis?.client.monitor();
    stage.#endMonitor = () => monitor?.disconnect();
    monitor?.on('monitor', (_time: string, args: readonly string[]) => stage.commands.push(args.join(' ')));
    return stage;
  }

  /** Opens the page with this fragment and its panel. */
  async visit(name: string, fragment = '', smuggle?: Smuggle): Promise<Visitor> {
    const page = await openPage(this.#browser, {
      permissions: ['clipboard-read', 'clipboard-write', 'camera', 'microphone'],
    });
    this.#listen(page);
    if (smuggle) await tamper(page, smuggle);
    const visitor = Visitor.at(page, name);
    await page.goto(this.host.url + fragment);
    await page.getByRole('button', { name: 'Open chat' }).click();
    return visitor;
  }

  /** Visits and goes in: what was given opens a room. */
  async enter(name: string, fragment: string): Promise<Visitor> {
    const visitor = await this.visit(name, fragment);
    await visitor.giveName();
    return visitor;
  }

  /** All that Redis holds, by key: values of every type, as text. */
  async dump(): Promise<string> {
    if (!this.redis) throw new Error('no Redis here');
    const { client } = this.redis;
    const keys = await client.keys('*');
    const values = await Promise.all(
      keys.map(async (key) => {
        const type = await client.type(key);
        if (type === 'hash') return client.hgetall(key);
        if (type === 'stream') return client.xrange(key, '-', '+');
        if (type === 'zset') return client.zrange(key, '0', '-1');
        if (type === 'set') return client.smembers(key);
        if (type === 'list') return client.lrange(key, 0, -1);
        return client.get(key);
      }),
    );
    return keys.map((key, i) => `${key} ${JSON.stringify(values[i])}`).join('\n');
  }

  /** The room's name on the wire, once a page has joined it. */
  room(): RoomName {
    const room = roomIn(this.wire.join('\n'));
    if (room === undefined) throw new Error('nobody has joined');
    return room;
  }

  /** Joins a room as somebody who has no key to read it with: what the relay gives out of its log. */
  async join(room: RoomName, replica: Replica): Promise<JoinReply> {
    const client = await RawClient.connect(this.relay.url, {});
    const ext = joinExt(client, replica, room, { rtc: false, name: 'Mallory' });
    const reply = readJoin(await client.subscribe(roomChannel(room), ext));
    client.close();
    replica.certificates.set(room, reply.certificate);
    return reply;
  }

  async clear(): Promise<void> {
    await Promise.all(this.#browser.contexts().map((context) => context.close()));
    await this.host.close();
    await this.relay.stop();
    this.#endMonitor();
    await this.redis?.close();
  }

  #listen(page: Page): void {
    page.on('websocket', (socket) => {
      if (socket.url().includes('/bayeux')) {
        socket.on('framesent', ({ payload }) => this.wire.push(String(payload)));
        socket.on('framereceived', ({ payload }) => this.wire.push(String(payload)));
      }
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(this.relay.url)) return;
      this.wire.push(`${request.url()} ${JSON.stringify(request.headers())} ${request.postData() ?? ''}`);
    });
    page.on('response', async (response) => {
      if (response.url().includes('/bayeux')) this.wire.push(await response.text().catch(() => ''));
    });
  }
}

/** Entries that a relay makes up for a room. */
export type Smuggle = (room: RoomName) => Promise<readonly Entry[]>;

/**
 * Stands between a page and its relay, and adds entries to the room as if the relay had taken them: right behind the answer
 * to the join, by whichever transport that comes.
 */
async function tamper(page: Page, smuggle: Smuggle): Promise<void> {
  const smuggled = async (text: string) => {
    const room = roomIn(text);
    if (room === undefined) return [];
    return (await smuggle(room)).map((entry) => ({ channel: roomChannel(room), data: { v: 1, entry } }));
  };
  await page.routeWebSocket(/bayeux/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage(async (message) => {
      socket.send(message);
      const more = await smuggled(String(message));
      if (more.length > 0) socket.send(JSON.stringify(more));
    });
  });
  await page.route('**/bayeux', async (route) => {
    const response = await route.fetch();
    const text = await response.text();
    const more = await smuggled(text);
    const body = more.length === 0 ? text : `${text.slice(0, -1)},${JSON.stringify(more).slice(1)}`;
    await route.fulfill({ response, body });
  });
}

function roomIn(text: string): RoomName | undefined {
  const [, segment = ''] = /"subscription":"\/rooms\/(enc~3a[\w-]{22})"/.exec(text) ?? [];
  const room = decodeRoom(segment);
  return room.ok ? room.value : undefined;
}

/** Enters a key where it is asked for. */
export async function giveKey({ page }: Visitor, key: string): Promise<void> {
  await page.getByLabel('Passphrase or link').fill(key);
  await page.getByRole('button', { name: 'Open', exact: true }).click();
}

/** Opens the invitation and reads its link. */
export async function invitation({ page }: Visitor): Promise<string> {
  await page.getByRole('button', { name: 'Menu' }).click();
  await page.getByRole('menuitem', { name: 'Invite people' }).click();
  const field = page.getByLabel('Invitation link');
  await page.locator('.qr path').waitFor();
  return field.inputValue();
}

export function fragmentOf(link: string): string {
  return new URL(link).hash;
}
