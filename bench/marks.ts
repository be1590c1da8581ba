/**
 * Each text begins with a mark of fixed width, `@@` sequence `:` time `@`, that can be found in a frame's bytes
 * without parsing them: so the load generator's work is small and alike for every server.
 */
const OPEN = Buffer.from('@@');
const SEQ_DIGITS = 8;
const TIME_DIGITS = 12;
const MARK_LENGTH = OPEN.length + SEQ_DIGITS + 1 + TIME_DIGITS + 1;
const ZERO = 0x30;

/** A text of `length` characters. `time` is in microseconds. */
export function markedText(seq: number, time: number, length: number): string {
  const mark = `@@${String(seq).padStart(SEQ_DIGITS, '0')}:${String(Math.round(time)).padStart(TIME_DIGITS, '0')}@`;
  return mark.padEnd(length, 'lorem ipsum dolor sit amet ');
}

/** Calls back with the sequence and time of each mark in a frame; returns how many there were. */
export function eachMark(frame: Buffer, visit: (seq: number, time: number) => void): number {
  let count = 0;
  for (let at = frame.indexOf(OPEN); at >= 0; at = frame.indexOf(OPEN, at + MARK_LENGTH)) {
    const seqAt = at + OPEN.length;
    visit(digits(frame, seqAt, SEQ_DIGITS), digits(frame, seqAt + SEQ_DIGITS + 1, TIME_DIGITS));
    count += 1;
  }
  return count;
}

function digits(frame: Buffer, from: number, length: number): number {
  let number = 0;
  for (let i = from; i < from + length; i += 1) number = number * 10 + (frame[i] ?? ZERO) - ZERO;
  return number;
}
