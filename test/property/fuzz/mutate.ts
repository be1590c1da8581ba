/** What parsers stumble over: ends of tokens, names of Object's own, numbers at the edges, halves of characters. */
const TOKENS = [
  ...['"', '\\', '\\u0000', '\\ud800', '\ufeff', '\u202e', '\u0000', '\r\n', '\u2028', '%', '~', '~ff', '/', '**'],
  ...[
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '[[[[[[[[',
    '{"a":{"a":',
    'null',
    'true',
    '1e999',
    '-0',
    '-1',
    '0.1',
    '9007199254740993',
  ],
  ...['"__proto__"', '"constructor"', '"toString"', '"length"', '"then"', '"toJSON"', '2147483648', 'NaN', '', ' '],
];
/** No input grows over what a client may send in one frame. */
const MOST_BYTES = 64 * 1024;

/** Changes a valid input in one to four places, byte by byte; `random` gives uniform numbers in [0, 1). */
export function mutate(seed: string, others: readonly string[], random: () => number): string {
  let bytes: Buffer<ArrayBufferLike> = Buffer.from(seed);
  for (let times = 1 + below(4, random); times > 0; times -= 1) bytes = change(bytes, others, random);
  return bytes.subarray(0, MOST_BYTES).toString(random() < 0.9 ? 'utf8' : 'latin1');
}

function change(bytes: Buffer, others: readonly string[], random: () => number): Buffer<ArrayBufferLike> {
  const at = below(bytes.length + 1, random);
  const end = Math.min(bytes.length, at + 1 + below(random() < 0.5 ? 4 : 64, random));
  const insert = (piece: Buffer, upTo = at) => Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(upTo)]);
  switch (below(8, random)) {
    case 0: {
      const flipped = Buffer.from(bytes);
      if (at < bytes.length) flipped[at] = (bytes[at] ?? 0) ^ (1 << below(8, random));
      return flipped;
    }
    case 1:
      return insert(Buffer.from([below(256, random)]), end);
    case 2:
      return insert(Buffer.alloc(0), end);
    case 3:
      return insert(bytes.subarray(at, end));
    case 4:
      return insert(Buffer.from(pick(TOKENS, random)));
    case 5:
      return insert(Buffer.from(pick(TOKENS, random)), end);
    case 6: {
      const other = Buffer.from(pick(others, random));
      const from = below(other.length + 1, random);
      return insert(other.subarray(from, from + below(256, random)), end);
    }
    default:
      // Long runs are what backtracking and recursion die of; seldom, as they are slow to make.
      return random() < 0.1
        ? insert(Buffer.from(pick(TOKENS, random).repeat(below(4_000, random))))
        : bytes.subarray(0, at);
  }
}

function pick(list: readonly string[], random: () => number): string {
  return list[below(list.length, random)] ?? '';
}

function below(count: number, random: () => number): number {
  return Math.floor(random() * count);
}
