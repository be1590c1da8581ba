import type { MessageView, RoomView } from '../../../widget/core/view.ts';
import type { Account } from '../ledger.ts';
import { markText, readMark } from './mark.ts';

/** How far a client has come; the crowd has settled when all have come to the end. */
export interface Progress {
  readonly client: string;
  readonly room: string;
  readonly online: boolean;
  readonly said: number;
  readonly acknowledged: number;
  readonly shown: number;
}

/** What is told of a client when a stretch is over. */
export interface Testimony {
  readonly account: Account;
  /** How long each message of another took from being said to being shown, ms. */
  readonly waits: readonly number[];
  /** From the moment asked about until the client, which had lost its session, had one and heard; undefined: it lost none. */
  readonly resumedIn: number | undefined;
  /** How often it went on as another member. */
  readonly renewals: number;
}

/** Watches what one client shows, as its visitor would, and notes it down. It knows nothing of how the client works. */
export class Witness {
  private readonly client: string;
  private readonly room: string;
  private readonly now: () => number;
  private stretch = 0;
  private said: string[] = [];
  /** Own messages that were shown as sent, and the keys of their rows. */
  private sent = new Map<string, string>();
  /** Those of them that the relay's log has, as their details say: `delivered` may also be a member's word. */
  private acknowledged = new Set<string>();
  private twice = new Set<string>();
  /** When each message of this stretch was first shown, ms since 1970, and the key of its row. */
  private first = new Map<string, { readonly at: number; readonly key: string }>();
  private sessions: { readonly at: number; readonly online: boolean }[] = [];
  private selves = new Set<string>();
  private last: readonly MessageView[] = [];

  constructor(client: string, room: string, now: () => number) {
    this.client = client;
    this.room = room;
    this.now = now;
  }

  /** All that was said before is forgotten. */
  begin(stretch: number): void {
    this.stretch = stretch;
    this.said = [];
    this.sent = new Map();
    this.acknowledged = new Set();
    this.twice = new Set();
    this.first = new Map();
    this.sessions = this.sessions.slice(-1);
    this.selves = new Set([...this.selves].slice(-1));
  }

  /** The text of the next message. */
  next(): string {
    const text = markText({
      stretch: this.stretch,
      client: this.client,
      number: this.said.length,
      at: this.now(),
    });
    this.said.push(text);
    return text;
  }

  /** The client shows something else than before. */
  see({ messages, connection, self }: RoomView): void {
    if (self) this.selves.add(self.replica);
    const online = connection.state === 'online';
    if (online !== this.isOnline()) this.sessions.push({ at: this.now(), online });
    if (messages === this.last) return;
    let same = 0;
    while (same < messages.length && messages[same] === this.last[same]) same += 1;
    this.last = messages;
    for (const row of messages.slice(same)) this.note(row);
  }

  /** Looks into the details of what has been shown as sent. */
  async look(isRelayed: (key: string) => Promise<boolean>): Promise<void> {
    for (const [text, key] of this.sent) {
      if (!this.acknowledged.has(text) && (await isRelayed(key))) this.acknowledged.add(text);
    }
  }

  progress(): Progress {
    const { client, room, said, acknowledged, first } = this;
    return {
      ...{ client, room, online: this.isOnline() },
      ...{ said: said.length, acknowledged: acknowledged.size, shown: first.size },
    };
  }

  /** @param since when the fault was, ms since 1970 */
  testify(since: number): Testimony {
    const { client, room, said } = this;
    const shown = this.last.flatMap(({ text }) => (this.isOfThis(text) ? [text] : []));
    const others = [...this.first].flatMap(([text, { at }]) => {
      const mark = readMark(text);
      return mark && mark.client !== client ? [{ saidAt: mark.at, at }] : [];
    });
    return {
      account: { client, room, said, acknowledged: [...this.acknowledged], shown, twice: [...this.twice] },
      waits: others.map(({ saidAt, at }) => at - saidAt),
      resumedIn: this.resumedIn(since, others),
      renewals: Math.max(0, this.selves.size - 1),
    };
  }

  private isOnline(): boolean {
    return this.sessions.at(-1)?.online ?? false;
  }

  private isOfThis(text: string): boolean {
    return readMark(text)?.stretch === this.stretch;
  }

  private note({ text, key, mine, status }: MessageView): void {
    if (!this.isOfThis(text)) return;
    const before = this.first.get(text);
    if (!before) this.first.set(text, { at: this.now(), key });
    else if (before.key !== key && this.last.filter((row) => row.text === text).length > 1) this.twice.add(text);
    if (mine && (status === 'sent' || status === 'delivered' || status === 'read')) this.sent.set(text, key);
  }

  /** A session is worth something once it brings what somebody else has said after the fault. */
  private resumedIn(
    since: number,
    others: readonly { readonly saidAt: number; readonly at: number }[],
  ): number | undefined {
    const after = this.sessions.filter(({ at }) => at >= since);
    if (!after.some(({ online }) => !online)) return undefined;
    const back = after.at(-1);
    if (!back?.online) return Number.POSITIVE_INFINITY;
    const heard = others.filter(({ saidAt, at }) => saidAt >= since && at >= back.at).map(({ at }) => at);
    return heard.length === 0 ? Number.POSITIVE_INFINITY : Math.min(...heard) - since;
  }
}
