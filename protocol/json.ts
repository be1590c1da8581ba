/** True for a plain JSON object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** Parses JSON into a value, or undefined where the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // SyntaxError: the caller refuses what it can't read
  }
}

/** True when arrays and objects in a JSON text nest no deeper than `limit`: one pass, before any parser recurses. */
export function isShallow(text: string, limit: number): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit === 0x22) i = endOfString(text, i + 1);
    else if (unit === 0x5b || unit === 0x7b) {
      depth += 1;
      if (depth > limit) return false;
    } else if (unit === 0x5d || unit === 0x7d) depth -= 1;
  }
  return true;
}

/** Where the string ends in whose midst `from` is. Most of a message is strings, and `indexOf` is faster than a loop. */
function endOfString(text: string, from: number): number {
  for (let end = text.indexOf('"', from); end >= 0; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (end - escapes > from && text.charCodeAt(end - escapes - 1) === 0x5c) escapes += 1;
    if (escapes % 2 === 0) return end;
  }
  return text.length;
}
