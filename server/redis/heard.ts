import { isRecord, parseJson } from '../../protocol/json.ts';
import { type Topic, topicOf } from './keys.ts';

// The bus brings what other relays wrote, and whatever anybody else writes who reaches this Redis. It is read like what
// comes from clients: it must not break a frame, nor reach the members of another room.

/** What a channel of this topic brings, `<channel>\n<JSON, still to be read>`; undefined for what no relay has written. */
export function readTold(
  topic: Topic,
  message: string,
): { readonly channel: string; readonly payload: string } | undefined {
  const end = message.indexOf('\n');
  if (end < 0) return undefined;
  const [channel, payload] = [message.slice(0, end), message.slice(end + 1)];
  return topicOf(channel) === topic ? { channel, payload } : undefined;
}

/** A frame for sockets here, `<numbers>\n<Bayeux messages as JSON>`; undefined for what no relay has written. */
export function readWritten(
  message: string,
): { readonly sockets: readonly number[]; readonly text: string } | undefined {
  const end = message.indexOf('\n');
  if (end < 0) return undefined;
  const text = message.slice(end + 1);
  const batch = parseJson(text);
  if (!Array.isArray(batch) || !batch.every(isRecord)) return undefined;
  return { sockets: message.slice(0, end).split(',').map(Number), text };
}
