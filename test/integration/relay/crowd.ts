/** Many plain Bayeux clients in one process of their own, in one room: run and told what to do by big-room.test.ts. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { type ControlFrame, isEntryFrame, parseFrame } from '../../../protocol/frames.ts';
import type { ReplicaId } from '../../../protocol/ids.ts';
import { parseJoinReply } from '../../../protocol/join.ts';
import { at, handshakeMessage, type Message } from './bayeux-client.ts';

export type Command =
  | { readonly type: 'enter'; readonly url: string; readonly room: string; readonly clients: number }
  /** So many of the clients say so many messages each, all at once. */
  | { readonly type: 'chat'; readonly speakers: number; readonly messages: number }
  /** All but so many leave, all at once. */
  | { readonly type: 'leave'; readonly remaining: number }
  | { readonly type: 'report' };

/** What one client has seen since it came. */
export interface Sight {
  readonly replica: string;
  /** How many it was told are there, and whom it knows. */
  readonly count: number;
  readonly known: readonly string[];
  readonly singles: number;
  readonly crowds: number;
  readonly presenceBytes: number;
  /** Texts in the order they came. */
  readonly texts: readonly string[];
}

const AT_ONCE = 50;

class Guest {
  readonly ws: WebSocket;
  private readonly channel: string;
  private readonly known = new Set<ReplicaId>();
  private readonly texts: string[] = [];
  private readonly answers = new Map<unknown, (answer: Message) => void>();
  private clientId = '';
  private replica = '';
  private count = 0;
  private singles = 0;
  private crowds = 0;
  private presenceBytes = 0;

  constructor(url: string, room: string) {
    this.channel = `/rooms/${room}`;
    this.ws = new WebSocket(`${url.replace('http', 'ws')}/bayeux`, { perMessageDeflate: false });
    this.ws.on('message', (payload: Buffer) => this.hear(JSON.parse(payload.toString())));
    this.ws.on('error', () => undefined);
  }

  async enter(): Promise<void> {
    await once(this.ws, 'open');
    this.clientId = String((await this.call(handshakeMessage())).clientId);
    await this.call({ channel: '/meta/subscribe', subscription: this.channel, ext: { natter: {} } });
    await this.call({ channel: '/meta/subscribe', subscription: `${this.channel}/presence` });
  }

  say(text: string): void {
    this.send({ channel: this.channel, data: { text } });
  }

  leave(): void {
    this.send({ channel: '/meta/disconnect' });
  }

  sight(): Sight {
    const { replica, count, singles, crowds, presenceBytes, texts } = this;
    return { replica, count, known: [...this.known], singles, crowds, presenceBytes, texts };
  }

  private call(message: object): Promise<Message> {
    const id = `${this.answers.size}`;
    const answer = new Promise<Message>((resolve) => this.answers.set(id, resolve));
    this.send({ ...message, id });
    return answer;
  }

  private send(message: object): void {
    this.ws.send(JSON.stringify([{ ...message, clientId: this.clientId }]));
  }

  private hear(messages: readonly Message[]): void {
    for (const message of messages) {
      if (message.successful !== undefined) this.answered(message);
      else if (message.channel === this.channel) this.texts.push(String(at(message.data, 'entry', 'payload')));
      else {
        this.presenceBytes += JSON.stringify(message).length;
        const frame = parseFrame(message.data);
        if (frame.ok && frame.value && !isEntryFrame(frame.value)) this.learn(frame.value);
      }
    }
  }

  private answered(message: Message): void {
    if (message.successful !== true) throw new Error(JSON.stringify(message));
    const joined = parseJoinReply(at(message, 'ext', 'natter'));
    if (joined.ok) {
      this.replica = joined.value.self.replica;
      this.count = joined.value.count;
      for (const { replica } of joined.value.members) this.known.add(replica);
    }
    this.answers.get(message.id)?.(message);
  }

  /** What a client makes of presence frames: the rules of docs/spec.md and no more. */
  private learn(frame: ControlFrame): void {
    if (frame.kind === 'crowd') {
      this.crowds += 1;
      this.count = frame.count;
      if (frame.joined.length === frame.count) this.known.clear();
      for (const { replica } of frame.joined) this.known.add(replica);
      for (const replica of frame.left) this.known.delete(replica);
      return;
    }
    this.singles += 1;
    if (frame.kind === 'join') this.known.add(frame.member.replica);
    if (frame.kind === 'leave') this.known.delete(frame.replica);
    this.count = this.known.size;
  }
}

const guests: Guest[] = [];

async function enter(url: string, room: string, clients: number): Promise<void> {
  while (guests.length < clients) {
    const some = Array.from({ length: Math.min(AT_ONCE, clients - guests.length) }, () => new Guest(url, room));
    await Promise.all(some.map((guest) => guest.enter()));
    guests.push(...some);
  }
}

async function act(command: Command): Promise<readonly Sight[]> {
  if (command.type === 'enter') await enter(command.url, command.room, command.clients);
  if (command.type === 'chat') {
    for (const [index, guest] of guests.slice(0, command.speakers).entries()) {
      for (let n = 0; n < command.messages; n += 1) guest.say(`${index}.${n}`);
    }
  }
  if (command.type === 'leave') for (const guest of guests.splice(0, guests.length - command.remaining)) guest.leave();
  return guests.map((guest) => guest.sight());
}

process.on('message', (command: Command) => void act(command).then((sights) => process.send?.(sights)));
process.on('disconnect', () => process.exit(0));
