/** A run of a message's text: plain, or a link that is safe to follow. */
export type Run =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'link'; readonly text: string; readonly href: string };

const CANDIDATE = /(?:https?:\/\/|mailto:)[^\s<>"'`\p{Cc}\p{Bidi_Control}]+/giu;
const SAFE_SCHEMES = new Set(['http:', 'https:', 'mailto:']);
const CLOSERS: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/** Splits a message into text and links (http, https, mailto). Joined again, the runs are the text to the letter. */
export function splitLinks(text: string): readonly Run[] {
  const runs: Run[] = [];
  let from = 0;
  for (const match of text.matchAll(CANDIDATE)) {
    const shown = trimEnd(match[0]);
    const href = safeHref(shown);
    if (href === undefined) continue;
    if (match.index > from) runs.push({ type: 'text', text: text.slice(from, match.index) });
    runs.push({ type: 'link', text: shown, href });
    from = match.index + shown.length;
  }
  if (from < text.length) runs.push({ type: 'text', text: text.slice(from) });
  return runs;
}

/** True for one to three emoji and nothing else: shown large, without a bubble. */
export function isEmojiOnly(text: string, graphemes: Intl.Segmenter): boolean {
  const trimmed = text.trim();
  if (trimmed.length === 0 || trimmed.length > 48) return false;
  const clusters = [...graphemes.segment(trimmed)]
    .map(({ segment }) => segment)
    .filter((segment) => segment.trim() !== '');
  return clusters.length <= 3 && clusters.every((cluster) => EMOJI.test(cluster));
}

const EMOJI =
  /^(?:\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f?|\p{Regional_Indicator}{2}|[0-9#*]\ufe0f?\u20e3)/u;

/** Punctuation after a link belongs to the sentence; a closing bracket too, unless the link opened it. */
function trimEnd(link: string): string {
  const counts = new Map<string, number>();
  for (const char of link) counts.set(char, (counts.get(char) ?? 0) + 1);
  let end = link.length;
  while (end > 0) {
    const last = link.charAt(end - 1);
    const opener = CLOSERS[last];
    const closed = counts.get(last) ?? 0;
    const isStray = opener === undefined ? /[.,;:!?…*_~]/u.test(last) : closed > (counts.get(opener) ?? 0);
    if (!isStray) break;
    counts.set(last, closed - 1);
    end -= 1;
  }
  return link.slice(0, end);
}

function safeHref(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const hasTarget = url.protocol === 'mailto:' ? url.pathname.includes('@') : url.hostname !== '';
  return SAFE_SCHEMES.has(url.protocol) && hasTarget ? url.href : undefined;
}
