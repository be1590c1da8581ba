import type { Entry } from '../../../protocol/entry.ts';
import type { Range } from '../../../protocol/have.ts';
import type { ReplicaId } from '../../../protocol/ids.ts';
import type { Act } from '../../../protocol/moderation.ts';
import { payloadOf } from '../../../protocol/payloads.ts';
import { hsToken } from '../../support/tokens.ts';
import { type Message, RawClient } from './bayeux-client.ts';
import { joinExt, publishEntry, Replica, readJoin } from './replica.ts';

/** Somebody with a login: a session, and a replica with its own key. */
export class Person {
  readonly client: RawClient;
  readonly replica: Replica;
  readonly user: string;

  private constructor(client: RawClient, replica: Replica, user: string) {
    this.client = client;
    this.replica = replica;
    this.user = user;
  }

  static async connect(url: string, user: string, role: 'member' | 'moderator' = 'member', replica = new Replica()) {
    const token = hsToken({ sub: user, name: user, role });
    return new Person(await RawClient.connect(url, { token }), replica, user);
  }

  /** Connected and in the lobby, on all of its channels. */
  static async inLobby(...args: Parameters<typeof Person.connect>): Promise<Person> {
    const person = await Person.connect(...args);
    readJoin(await person.join());
    await person.client.subscribe('/rooms/lobby/presence');
    await person.client.subscribe(`/rooms/lobby/replicas/${person.replica.id}`);
    return person;
  }

  async join(): Promise<Message> {
    const answer = await this.client.subscribe('/rooms/lobby', joinExt(this.client, this.replica, 'lobby'));
    if (answer.successful === true) this.replica.certificates.set('lobby', readJoin(answer).certificate);
    return answer;
  }

  say(text: string, more: Parameters<Replica['entry']>[2] = {}): Promise<Message> {
    return this.publish(this.replica.entry('lobby', text, more));
  }

  decide(act: Act): Promise<Message> {
    return this.publish(this.ruling(act));
  }

  ruling(act: Act, more: Parameters<Replica['entry']>[2] = {}): Entry {
    return this.replica.entry('lobby', '', {
      kind: 'moderation',
      payload: payloadOf({ kind: 'moderation', act }),
      ...more,
    });
  }

  publish(entry: Entry): Promise<Message> {
    return publishEntry(this.client, 'lobby', entry);
  }

  /** The texts of the messages that it has heard. */
  texts(): readonly string[] {
    return this.client.heard.flatMap(({ data }) => {
      const entry = (data as { entry?: Entry } | undefined)?.entry;
      return entry?.kind === 'message' ? [(JSON.parse(entry.payload) as { text: string }).text] : [];
    });
  }

  close(): void {
    this.client.close();
  }
}

/** What stands of somebody's words up to a number. */
export function upTo(replica: ReplicaId, seq: number): Readonly<Record<string, readonly Range[]>> {
  return seq === 0 ? {} : { [replica]: [[1, seq]] };
}
