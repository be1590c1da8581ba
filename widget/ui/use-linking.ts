import { useRef, useState } from 'preact/hooks';
import type { CodeKind } from '../../protocol/codes.ts';
import type { Author } from '../../protocol/frames.ts';
import type { RefusalCode } from '../../protocol/refusals.ts';
import type { PlainKey } from '../i18n/catalogue.ts';
import type { CodeReply, CodeRequest } from '../runtime/ports.ts';
import type { Room } from '../runtime/room.ts';

interface Said {
  /** What went wrong last. */
  readonly error?: PlainKey | undefined;
}

interface UnderWay extends Said {
  readonly session: string;
  readonly code: string;
  /** ms since 1970. */
  readonly until: number;
}

/** Where two people are on their way to a link. */
export type Stage =
  | ({ readonly step: 'start' } & Said)
  | ({ readonly step: 'busy'; readonly says: PlainKey } & Said)
  | ({ readonly step: 'invited'; readonly isLinking: boolean } & UnderWay)
  | ({ readonly step: 'answered'; readonly peer: Author } & UnderWay);

export interface Linking {
  readonly stage: Stage;
  invite(): void;
  take(kind: CodeKind, text: string): void;
  startOver(): void;
}

const SENTENCES: Readonly<Partial<Record<RefusalCode, PlainKey>>> = {
  code_altered: 'codeAltered',
  code_version: 'codeVersion',
  code_room: 'codeRoom',
  code_expired: 'codeExpired',
  code_used: 'codeUsed',
  code_own: 'codeOwn',
  code_unknown: 'codeUnknown',
  code_linked: 'codeAlready',
  code_full: 'codeFull',
  code_unreachable: 'codeUnreachable',
};

/** @param linked the link is open */
export function useLinking(room: Room, linked: () => void): Linking {
  const [stage, set] = useState<Stage>({ step: 'start' });
  const now = useRef(stage);
  const go = (next: Stage) => {
    now.current = next;
    set(next);
  };

  const finish = (error?: PlainKey) => {
    go({ step: 'start', error });
    if (error === undefined) linked();
  };

  /** What becomes of the code that is shown, unless another one is by then. */
  const watch = async (session: string) => {
    const outcome = await room.code({ type: 'await', session });
    const { current } = now;
    if (!('session' in current) || current.session !== session) return;
    finish(outcome.ok ? undefined : sentenceFor(outcome.code));
  };

  const show = (kind: CodeKind, { session, code, until, peer }: CodeReply) => {
    if (code === undefined) return finish();
    if (kind === 'invitation') go({ step: 'invited', session, code, until, isLinking: false });
    else if (peer) go({ step: 'answered', session, code, until, peer });
    void watch(session);
  };

  const make = async (kind: CodeKind, request: CodeRequest) => {
    go({ step: 'busy', says: 'makingCode' });
    const reply = await room.code(request);
    if (reply.ok) show(kind, reply.value);
    else go({ step: 'start', error: sentenceFor(reply.code, 'invitation') });
  };

  /** An answer that does not fit leaves the invitation as it was. */
  const connect = async (text: string) => {
    const before = now.current;
    go(
      before.step === 'invited' ? { ...before, isLinking: true, error: undefined } : { step: 'busy', says: 'linking' },
    );
    const outcome = await room.code({ type: 'take', kind: 'answer', text });
    const { current } = now;
    if (current.step === 'start') return; // the watch has said it
    if (outcome.ok) return finish();
    const error = sentenceFor(outcome.code, 'answer');
    go(current.step === 'invited' ? { ...current, isLinking: false, error } : { step: 'start', error });
  };

  return {
    stage,
    invite: () => void make('invitation', { type: 'invite' }),
    take: (kind, text) => void (kind === 'answer' ? connect(text) : make('answer', { type: 'take', kind, text })),
    startOver: () => go({ step: 'start' }),
  };
}

function sentenceFor(code: RefusalCode, wanted?: CodeKind): PlainKey {
  if (code === 'code_kind') return wanted === 'answer' ? 'codeIsInvitation' : 'codeIsAnswer';
  return SENTENCES[code] ?? 'codeImpossible';
}
