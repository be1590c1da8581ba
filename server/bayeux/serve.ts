import type { RawData, WebSocket } from 'ws';
import { parseBatch } from '../gate/batch.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { Front } from './front.ts';
import { refusalReply } from './replies.ts';
import type { Socket } from './socket.ts';

/** RFC 6455, section 7.4.1: a kind of frame that the endpoint can't accept. */
const UNSUPPORTED = 1003;

/** Reads what a client sends on its socket and writes back the answers. */
export function serve(ws: WebSocket, socket: Socket, front: Front, metrics: Metrics): void {
  // An error (a frame too large, broken framing, a reset) is followed by `close`, with ws's own status code.
  ws.on('error', () => metrics.broken.inc());
  ws.on('message', (message: RawData, isBinary: boolean) => {
    if (isBinary) return socket.close(UNSUPPORTED, 'text only');
    receive(message.toString(), socket, front, metrics);
  });
}

function receive(text: string, socket: Socket, front: Front, metrics: Metrics): void {
  const batch = parseBatch(text);
  if (!batch.ok) {
    metrics.refused(batch.refusal.code);
    socket.reply(refusalReply(batch.refusal, batch.echo));
    return;
  }
  if (batch.messages.length === 0) socket.answerHeartbeat();
  for (const answer of front.receive(batch.messages, socket)) {
    void answer.then((replies) => {
      for (const reply of replies) socket.reply(reply);
    });
  }
}
