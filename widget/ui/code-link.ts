import { CODE_FRAGMENT, type CodeKind } from '../../protocol/codes.ts';

const BROUGHT = new RegExp(`^#(?:${CODE_FRAGMENT.invitation}|${CODE_FRAGMENT.answer})=`);

/** An address of this page that brings a code. It stays on this side of the wire: a fragment is sent to no server. */
export function linkTo(kind: CodeKind, code: string): string {
  return `${location.href.replace(/#.*/, '')}#${CODE_FRAGMENT[kind]}=${code}`;
}

/** The code that the address brings, which is taken out of it: a reload is not to use it again. */
export function takeFragment(): { readonly kind: CodeKind; readonly code: string } | undefined {
  const { hash } = location;
  if (!BROUGHT.test(hash)) return undefined;
  history.replaceState(history.state, '', location.href.replace(/#.*/, ''));
  return { kind: hash.startsWith(`#${CODE_FRAGMENT.answer}`) ? 'answer' : 'invitation', code: hash };
}
