import { accept, type Result } from '../../protocol/result.ts';
import type { MessageOf, SessionMessage } from '../gate/message.ts';
import type { Publication } from '../rooms/publication.ts';
import type { Rooms } from '../rooms/rooms.ts';
import type { Faye } from './faye.ts';
import { type Reply, withNatter } from './replies.ts';
import type { Session } from './sessions.ts';

/** Seconds for which a /meta/connect is held; also advised to clients. */
export const HOLD_SECONDS = 30;

type Acted = Promise<Result<readonly Reply[]>>;

/** What is acted on in one go; a publication has two steps: `begin` and `finish`. */
export type WholeMessage = Exclude<SessionMessage, { readonly type: 'publish' }>;

/** What a session's messages do: the rooms decide, Faye carries out, and the rooms add what is theirs to the answer. */
export class Acts {
  private readonly faye: Faye;
  private readonly rooms: Rooms;

  constructor(faye: Faye, rooms: Rooms) {
    this.faye = faye;
    this.rooms = rooms;
  }

  act(session: Session, message: WholeMessage, carrier: 'socket' | 'poll', mayHold: boolean): Acted {
    switch (message.type) {
      case 'connect':
        return this.connect(message, carrier, mayHold);
      case 'disconnect':
        return this.disconnect(message);
      case 'subscribe':
        return this.subscribe(session, message);
      case 'unsubscribe':
        return this.unsubscribe(session, message);
    }
  }

  /** Begins what a publication needs, such as checking its signature. */
  begin(session: Session, { to, payload }: MessageOf<'publish'>): Publication {
    return this.rooms.publish(session, to.channel, payload);
  }

  async finish(publication: Publication, { to, id }: MessageOf<'publish'>): Acted {
    const finished = publication.finish();
    const outcome = finished instanceof Promise ? await finished : finished; // at once, or a joiner could come between
    if (!outcome.ok) return outcome;
    const { frame, natter, to: channels = [to.name], after } = outcome.value;
    if (frame) for (const channel of channels) this.faye.proxy.publish({ channel, data: frame });
    after?.();
    return accept([{ channel: to.name, successful: true, id, ext: natter && { natter } }]);
  }

  /** The session's login has changed: it leaves the rooms that are not its any more. */
  narrowed(session: Session): void {
    this.rooms.narrowed(session);
  }

  private async connect(message: MessageOf<'connect'>, carrier: 'socket' | 'poll', mayHold: boolean): Acted {
    const { clientId, hold } = message;
    if (this.faye.proxy.hasConnection(clientId)) this.faye.proxy.flushConnection(clientId); // one is held at a time
    const asked = mayHold ? hold : 0;
    const answer = await this.faye.run({
      channel: '/meta/connect',
      clientId,
      connectionType: carrier === 'socket' ? 'websocket' : 'long-polling',
      ...(asked === undefined ? {} : { advice: { timeout: Math.min(asked, HOLD_SECONDS * 1000) } }),
      id: message.id,
    });
    return accept(answer);
  }

  private async disconnect(message: MessageOf<'disconnect'>): Acted {
    return accept(await this.faye.run({ channel: '/meta/disconnect', clientId: message.clientId, id: message.id }));
  }

  private async subscribe(session: Session, message: MessageOf<'subscribe'>): Acted {
    const plan = this.rooms.planSubscription(session, message);
    if (!plan.ok) return plan;
    const opened = this.rooms.open(plan.value);
    try {
      const answers = opened instanceof Promise ? await opened : opened;
      if (!answers.ok) return answers;
      const [reply] = await this.faye.run(subscription(message));
      const natter = reply.successful ? this.rooms.subscribed(session, plan.value, answers.value) : undefined;
      return accept([natter ? withNatter(reply, natter) : reply]);
    } finally {
      this.rooms.opened(plan.value);
    }
  }

  private async unsubscribe(session: Session, message: MessageOf<'unsubscribe'>): Acted {
    const [reply] = await this.faye.run(subscription(message));
    if (reply.successful) this.rooms.unsubscribed(session, message.channels);
    return accept([reply]);
  }
}

function subscription(message: MessageOf<'subscribe'> | MessageOf<'unsubscribe'>): object {
  const { type, clientId, subscription } = message;
  return { channel: `/meta/${type}`, clientId, subscription, id: message.id };
}
