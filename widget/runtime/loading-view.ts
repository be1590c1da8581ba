import type { RoomName } from '../../protocol/ids.ts';
import type { RoomView } from '../core/view.ts';

/** What there is to see of a room before its storage has answered. */
export function loadingView(room: RoomName): RoomView {
  return {
    room,
    local: false,
    phase: 'loading',
    self: undefined,
    path: 'connecting',
    connection: { state: 'online' },
    address: 'shown',
    members: [],
    count: 0,
    away: [],
    messages: [],
    earlier: false,
    loadingEarlier: false,
    typing: [],
    unread: 0,
    firstUnread: undefined,
    notices: [],
    moderates: false,
    writing: { state: 'open' },
    rules: { slow: 0, readOnly: false, locked: false },
    silenced: [],
    blocked: [],
    reports: [],
    barred: undefined,
  };
}
