/**
 * Whether a request's target is a path (RFC 9112, section 3.2.1) that URL parsers agree on. `//` is one that
 * `new URL(target, base)` throws for.
 */
export function isSanePath(target: string | undefined): boolean {
  return target?.startsWith('/') === true && !target.startsWith('//') && URL.canParse(target, 'http://relay');
}

/** Whether a request's target is this path, with or without a query and a slash at its end. */
export function isPath(target: string | undefined, path: string): boolean {
  const [pathname = ''] = (target ?? '').split('?', 1);
  return pathname === path || pathname === `${path}/`;
}
