/** Stands for faye's `util/array` and `util/uri`: what is left of them where arrays and URLs can do it themselves. */
export function indexOf<T>(list: readonly T[], item: T): number {
  return list.indexOf(item);
}

export function map<T, U>(list: readonly T[], call: (item: T) => U, context: unknown): U[] {
  return list.map(call, context);
}

export function parse(href: string): { readonly href: string } {
  return { href };
}
