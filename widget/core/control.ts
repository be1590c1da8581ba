import type { ControlFrame } from '../../protocol/frames.ts';
import { noteReceipt } from './acks.ts';
import { caughtUp, giveEarlier, greeted } from './catch-up.ts';
import { settle } from './deliver.ts';
import type { Step } from './effects.ts';
import type { Stamp, Via } from './events.ts';
import { crowdMoved, memberJoined, memberLeft, relayReset } from './membership.ts';
import { receiveEarlier, receivePage } from './pages.ts';
import { receive } from './receive.ts';
import { noteReport } from './reports.ts';
import { noteTyping } from './typing.ts';

/** Acts on a frame that is not an entry. `via` is the relay or the linked replica that sent it. */
export function control(step: Step, via: Via, frame: ControlFrame, stamp: Stamp): Step {
  const from = via === 'relay' ? frame.from : via;
  switch (frame.kind) {
    case 'join':
      return via === 'relay' ? memberJoined(step, frame.member, stamp) : step;
    case 'leave':
      return via === 'relay' ? memberLeft(step, frame, stamp) : step;
    case 'crowd':
      return via === 'relay' ? crowdMoved(step, frame, stamp) : step;
    case 'reset':
      return via === 'relay' ? relayReset(step, stamp) : step;
    case 'typing':
      return noteTyping(step, via === 'relay' ? frame.replica : via, frame.on, stamp);
    case 'ack':
      return from ? settle(noteReceipt(step, from, frame, via, stamp)) : step;
    case 'hello':
      return greeted(step, via, frame, stamp);
    case 'fetch':
      return giveEarlier(step, via, frame, stamp);
    case 'report':
      return noteReport(step, via, frame);
    case 'proof':
      return receive(step, via, frame.entries, stamp, 'proof');
    case 'entries':
      if (via === 'relay' && frame.from === undefined)
        return frame.epoch === undefined ? step : receivePage(step, frame, frame.epoch, stamp);
      return frame.below ? receiveEarlier(step, via, frame, stamp) : caughtUp(step, via, frame, stamp);
    default:
      return step; // signals, heartbeats and byes are the edge's
  }
}
