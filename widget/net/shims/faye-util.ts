/** Stands for faye's `util/array` and `util/uri`: what is left of them where arrays and URLs can do it themselves. */
export default {
  indexOf: <T>(list: readonly T[], item: T): number => list.indexOf(item),
  map: <T, U>(list: readonly T[], call: (item: T) => U, context: unknown): U[] => list.map(call, context),
  parse: (href: string): { readonly href: string } => ({ href }),
};
