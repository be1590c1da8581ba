import type { LabEvent } from './record.ts';

/** What happened in one run. Times are ms since 1970; both browsers and the lab share one clock. */
export interface Course {
  readonly begun: number;
  readonly until: number;
  /** When the network was as before; the same as `begun` where it will not be. */
  readonly healed: number;
  /** What the chip says while all is well. */
  readonly path: string;
  readonly sides: readonly [Side, Side];
}

export interface Side {
  readonly written: readonly string[];
  /** Everything shown, in shown order. */
  readonly conversation: readonly string[];
  readonly events: readonly LabEvent[];
}

/** Durations in ms; undefined where it did not happen. */
export interface Outcome {
  readonly written: number;
  /** Messages that one of the two does not show at the end. */
  readonly lost: number;
  readonly twice: number;
  readonly sameOrder: boolean;
  /** From the fault until the chip of the slower side has changed. */
  readonly fellBack: number | undefined;
  /** From the fault until the slower side had given up the link; the same for its socket. */
  readonly linkDead: number | undefined;
  readonly socketDead: number | undefined;
  /** From the end of the fault until the chips of both say again what they said before. */
  readonly recovered: number | undefined;
  /** From the end of the fault until the last message written during it had arrived. */
  readonly arrived: number | undefined;
  /** From the first new path's hello until the last message that had waited for it had arrived. */
  readonly caughtUp: number | undefined;
  /** The longest that any message took. */
  readonly longest: number;
}

export function measure(course: Course): Outcome {
  const { begun, until, healed, sides, path } = course;
  const [a, b] = sides;
  const texts = [...a.written, ...b.written];
  const arrivals = [...arrivalsAt(a, b), ...arrivalsAt(b, a)];
  const during = arrivals.filter(({ wrote }) => wrote >= begun && wrote < until);
  return {
    written: texts.length,
    lost: sum(sides.map((side) => texts.filter((text) => !side.conversation.includes(text)).length)),
    twice: sum(sides.map((side) => repeated(side.conversation) + repeated(receivedBy(side)))),
    sameOrder: a.conversation.join('\n') === b.conversation.join('\n'),
    fellBack: latest(
      sides.map((side) =>
        since(
          begun,
          firstAfter(side, begun, (event) => isOther(event, path)),
        ),
      ),
    ),
    linkDead: latest(
      sides.map((side) =>
        since(
          begun,
          firstAfter(side, begun, ({ type }) => type === 'link-closed'),
        ),
      ),
    ),
    socketDead: latest(
      sides.map((side) =>
        since(
          begun,
          firstAfter(side, begun, ({ type }) => type === 'socket-closed'),
        ),
      ),
    ),
    recovered: latest(sides.map((side) => since(healed, lastReturn(side, path, begun)))),
    arrived: during.length === 0 ? undefined : Math.max(0, ...during.map(({ came }) => came - healed)),
    caughtUp: catchUp(course, arrivals),
    longest: Math.max(0, ...arrivals.map(({ wrote, came }) => came - wrote)),
  };
}

interface Arrival {
  readonly wrote: number;
  readonly came: number;
}

function arrivalsAt(reader: Side, writer: Side): readonly Arrival[] {
  const wrote = new Map(writer.events.flatMap((event) => (event.type === 'wrote' ? [[event.text, event.at]] : [])));
  return reader.events.flatMap((event) => {
    const at = event.type === 'received' ? wrote.get(event.text) : undefined;
    return at === undefined ? [] : [{ wrote: at, came: event.at }];
  });
}

/** A path between the two is new once both have joined the relay again, or both have had the hello of a new link. */
function catchUp({ begun, sides }: Course, arrivals: readonly Arrival[]): number | undefined {
  const relay = latest(sides.map((side) => rejoined(side, begun) ?? begun));
  const links = sides.map((side) => firstAfter(side, begun, ({ type }) => type === 'link-hello')?.at);
  const link = links.includes(undefined) ? undefined : latest(links);
  const hello = Math.min(
    relay === begun ? Number.POSITIVE_INFINITY : (relay ?? begun),
    link ?? Number.POSITIVE_INFINITY,
  );
  const waited = arrivals.filter(({ wrote, came }) => wrote < hello && came >= hello);
  return waited.length === 0 ? undefined : Math.max(...waited.map(({ came }) => came - hello));
}

function rejoined(side: Side, begun: number): number | undefined {
  const down = firstAfter(side, begun, (event) => event.type === 'connection' && event.state !== 'online');
  return down && firstAfter(side, down.at, (event) => event.type === 'connection' && event.state === 'online')?.at;
}

function firstAfter(side: Side, at: number, fits: (event: LabEvent) => boolean): LabEvent | undefined {
  return side.events.find((event) => event.at >= at && fits(event));
}

/** When the chip last came back to `path`, where it had left it. */
function lastReturn(side: Side, path: string, begun: number): LabEvent | undefined {
  return side.events.findLast((event) => event.type === 'chip' && event.path === path && event.at >= begun);
}

function isOther(event: LabEvent, path: string): boolean {
  return event.type === 'chip' && event.path !== path;
}

function receivedBy(side: Side): readonly string[] {
  return side.events.flatMap((event) => (event.type === 'received' ? [event.text] : []));
}

function repeated(texts: readonly string[]): number {
  return texts.length - new Set(texts).size;
}

function since(from: number, event: LabEvent | undefined): number | undefined {
  return event && event.at - from;
}

function latest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
