import type { RoomName } from '../../protocol/ids.ts';
import type { LogBounds } from '../../server/rooms/log.ts';
import { MemoryLogs } from '../../server/rooms/memory-logs.ts';
import { type LogUnderTest, logContract } from './log.ts';

const ROOM = 'room' as RoomName;

async function memory(bounds: LogBounds): Promise<LogUnderTest> {
  let epochs = 0;
  const randomEpoch = () => `epoch${(epochs += 1)}`;
  const open = () => new MemoryLogs({ bounds, memory: 1e9, randomEpoch }).open(ROOM);
  let log = open();
  return {
    get log() {
      return log;
    },
    async lose() {
      log = open();
    },
    close: () => Promise.resolve(),
  };
}

logContract('memory', memory);
