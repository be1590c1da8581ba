import { isRanges, type Ranges } from '../../protocol/have.ts';
import { isEntryId } from '../../protocol/ids.ts';
import type { Appended, Found } from '../rooms/room-log.ts';

/** An entry as it stands in the stream. */
export interface Item {
  readonly offset: number;
  readonly frame: string;
  readonly bytes: number;
}

export interface Opened {
  readonly epoch: string;
  readonly offset: number;
  readonly floor: number;
  /** The frame at the cursor. */
  readonly at: string | undefined;
  readonly ranges: readonly Ranges[];
}

// What our own scripts answer. Anything else means that somebody else writes under our keys: an exception.

export function readAppended(reply: unknown): Appended {
  const found = readFound(reply);
  if (found.type !== 'new') return found;
  const [, epoch, offset] = listOf(reply);
  return { type: 'appended', frame: undefined, epoch: String(epoch), offset: numberOf(offset) };
}

/** `new` is also what was appended. */
export function readFound(reply: unknown): Found {
  const [kind, epoch, offset, id] = listOf(reply);
  if (kind === 'conflict') return { type: 'conflict' };
  if (kind === 'known') {
    const known = {
      type: 'known',
      epoch: String(epoch),
      offset: typeof offset === 'number' ? offset : undefined,
    } as const;
    return isEntryId(id) ? { ...known, id } : known;
  }
  return { type: 'new' };
}

export function readOpened(reply: unknown): Opened {
  const [epoch, offset, floor, at, ranges] = listOf(reply);
  return {
    epoch: String(epoch),
    offset: numberOf(offset),
    floor: numberOf(floor),
    at: typeof at === 'string' ? at : undefined,
    ranges: listOf(ranges).map((text) => readRanges(String(text))),
  };
}

export function readItems(reply: unknown): readonly Item[] {
  return listOf(reply).map((item) => {
    const [id, fields] = listOf(item);
    const [, frame, , bytes] = listOf(fields);
    return { offset: numberOf(String(id).split('-')[0]), frame: String(frame), bytes: numberOf(bytes) };
  });
}

/** `1-5,7-9` */
function readRanges(text: string): Ranges {
  const ranges = text === '' ? [] : text.split(',').map((range) => range.split('-').map(Number));
  if (!isRanges(ranges)) throw new Error('not ranges');
  return ranges;
}

function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error('not what a script of ours answers');
  return value;
}

function numberOf(value: unknown): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new Error('not a number');
  return number;
}
