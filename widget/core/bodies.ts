import { type Body, parseBody } from '../../protocol/payloads.ts';
import type { Logged } from './log.ts';

/** Entries never change, so each is parsed once however often the view is derived. */
const parsed = new WeakMap<Logged, Body | null>();

/** What an entry says; undefined where this version can't read it. */
export function bodyOf(logged: Logged): Body | undefined {
  let body = parsed.get(logged);
  if (body === undefined) {
    body = read(logged) ?? null;
    parsed.set(logged, body);
  }
  return body ?? undefined;
}

function read({ entry: { kind, payload }, opened }: Logged): Body | undefined {
  if (opened && opened.state !== 'open') return undefined;
  const body = parseBody(kind, opened?.payload ?? payload);
  return body.ok ? body.value : undefined;
}

/** The draft that a message of mine was composed as: the key of its row from its first instant. */
export function draftOf(logged: Logged): string | undefined {
  const body = bodyOf(logged);
  return body?.kind === 'message' ? body.draft : undefined;
}
