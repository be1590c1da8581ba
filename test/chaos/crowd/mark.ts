/** What a message of the crowd says of itself. Its text is this and nothing else, so no two are the same. */
export interface Mark {
  /** The stretch of time that is judged together; all that was said in it is known when it is over. */
  readonly stretch: number;
  readonly client: string;
  readonly number: number;
  /** When it was said, ms since 1970. */
  readonly at: number;
}

export function markText({ stretch, client, number, at }: Mark): string {
  return `${stretch} ${client} ${number} ${at}`;
}

/** Undefined for what nobody of the crowd has said. */
export function readMark(text: string): Mark | undefined {
  const [stretch, client, number, at] = text.split(' ');
  if (client === undefined || at === undefined) return undefined;
  return { stretch: Number(stretch), client, number: Number(number), at: Number(at) };
}
