import { expect } from 'chai';
import type { Member } from '../../../protocol/frames.ts';
import type { RoomName } from '../../../protocol/ids.ts';
import { Registry } from '../../../server/rooms/registry.ts';
import type { Membership } from '../../../server/rooms/room.ts';
import type { Logs, RoomLog } from '../../../server/rooms/room-log.ts';

const LOBBY = 'lobby' as RoomName;

describe('the registry of rooms', () => {
  it('[ROOM-19] frees a room that nobody is in, and never the one that has its name since', () => {
    const open = new Set<RoomName>();
    const logs: Logs = {
      bytes: 0,
      keeps: () => false,
      sweep: () => undefined,
      open(name) {
        open.add(name);
        return {} as RoomLog;
      },
      close: (name) => void open.delete(name),
    };
    const registry = new Registry(logs);
    const old = registry.open(LOBBY);
    registry.release(old);
    expect([registry.find(LOBBY), [...open]]).to.deep.equal([undefined, []]);
    const young = registry.open(LOBBY);
    young.members.set({} as Member['replica'], {} as Membership);
    registry.release(old); // as when the last word of a join or a leave comes late
    expect([registry.find(LOBBY) === young, [...open]]).to.deep.equal([true, [LOBBY]]);
  });
});
