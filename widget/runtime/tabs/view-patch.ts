import type { MessageView, RoomView } from '../../core/view.ts';

type Parts = Omit<RoomView, 'messages'>;

/** What has changed from one view to the next: small however long the conversation is. */
export interface ViewPatch {
  readonly parts: Partial<Parts>;
  /** `rows` stand between the first `kept` and the last `tail` rows of the view before. */
  readonly messages?: { readonly kept: number; readonly rows: readonly MessageView[]; readonly tail: number };
}

/** Undefined where the views are the same. What has not changed is the same object in both. */
export function diffViews(before: RoomView, after: RoomView): ViewPatch | undefined {
  const { messages: _rows, ...all } = after;
  const parts: Partial<Parts> = Object.fromEntries(
    Object.entries(all).filter(([name, part]) => before[name as keyof Parts] !== part),
  );
  const messages = before.messages === after.messages ? undefined : diffRows(before.messages, after.messages);
  if (messages === undefined && Object.keys(parts).length === 0) return undefined;
  return { parts, ...(messages === undefined ? {} : { messages }) };
}

function diffRows(before: readonly MessageView[], after: readonly MessageView[]): ViewPatch['messages'] {
  const shorter = Math.min(before.length, after.length);
  let kept = 0;
  while (kept < shorter && before[kept] === after[kept]) kept += 1;
  let tail = 0;
  while (tail < shorter - kept && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  return { kept, rows: after.slice(kept, after.length - tail), tail };
}

/** The next view; rows that the patch does not bring are the ones of the view before. */
export function applyPatch(view: RoomView, { parts, messages }: ViewPatch): RoomView {
  if (!messages) return { ...view, ...parts };
  const { kept, rows, tail } = messages;
  const last = view.messages.slice(view.messages.length - tail);
  return { ...view, ...parts, messages: [...view.messages.slice(0, kept), ...rows, ...last] };
}

/** A view that came whole, with the rows already held where they say the same: whoever draws compares by identity. */
export function adoptView(held: RoomView, view: RoomView): RoomView {
  const known = new Map(held.messages.map((row) => [row.key, row]));
  const messages = view.messages.map((row) => {
    const before = known.get(row.key);
    return before && JSON.stringify(before) === JSON.stringify(row) ? before : row;
  });
  return { ...view, messages };
}

/** Whether a room can go on in another tab: its storage has not failed. */
export function isKept({ notices }: RoomView): boolean {
  return !notices.includes('storage-unavailable');
}
