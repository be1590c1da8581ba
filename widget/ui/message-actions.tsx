import { useEffect, useRef, useState } from 'preact/hooks';
import type { Author } from '../../protocol/frames.ts';
import type { MessageView, RoomView } from '../core/view.ts';
import type { Room } from '../runtime/room.ts';
import { ActionMenu, type Step } from './action-menu.tsx';
import { type Action, actionsFor, mayOf } from './actions-policy.ts';
import { useScope } from './panel-context.ts';
import { type RowGestures, rowOf, watchRows } from './row-gestures.ts';
import type { Tool } from './tool.ts';

interface MessageActionsProps {
  readonly view: RoomView;
  readonly room: Room;
  readonly tool: Tool | undefined;
  onTool(tool: Tool | undefined): void;
  onDetails(key: string): void;
}

interface OpenMenu {
  readonly key: string;
  readonly step: Step;
  /** What the menu stands at. */
  readonly anchor: HTMLElement;
}

interface Judged {
  readonly key: string;
  readonly person: Author;
  readonly step: 'mute' | 'ban';
  readonly anchor: HTMLElement;
}

/** How long "Copied" stays, ms. */
const TOAST_TIME = 1_600;

/** What can be done with messages: hears the list's gestures, and shows the menu and what is said afterwards. */
export function MessageActions({ view, room, tool, onTool, onDetails }: MessageActionsProps) {
  const { words, moderation } = useScope();
  const layer = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState<OpenMenu>();
  const [judged, setJudged] = useState<Judged>();
  const [toast, setToast] = useToast();
  const may = mayOf(view);
  const message = open && view.messages.find(({ key }) => key === open.key);
  const actions = message ? actionsFor(message, may) : [];

  const close = () => {
    setOpen(undefined);
    const row = rowOf(open?.anchor ?? null) ?? rowIn(layer.current, open?.key);
    row?.focus({ preventScroll: true });
  };
  const endEditing = (key: string) => {
    onTool(undefined);
    rowIn(layer.current, key)?.focus({ preventScroll: true });
  };
  const act = (action: Action, on: MessageView) => {
    if (action === 'delete' && open?.step !== 'delete') return setOpen(open && { ...open, step: 'delete' });
    close();
    if ((action === 'mute' || action === 'ban') && open) setJudged({ ...open, step: action, person: on.author });
    if (action === 'block') room.block(on.author.user, on.author.name, true);
    if (action === 'report') report(on.key);
    if (action === 'delete') room.remove(on.key);
    if (action === 'edit') onTool({ key: on.key, kind: 'editor' });
    if (action === 'details') onDetails(on.key);
    if (action === 'copy') void copy(on.text).then((copied) => copied && setToast(words.text('copied')));
  };

  const report = (key: string) => {
    room.report(key);
    const isHeard = view.members.some(({ role, self }) => role === 'moderator' && !self);
    setToast(words.text(isHeard ? 'reported' : 'reportedNobody'));
  };
  const endJudging = () => {
    setJudged(undefined);
    rowIn(layer.current, judged?.key)?.focus({ preventScroll: true });
  };

  const gestures: RowGestures = {
    onPoint(key) {
      if (open || tool?.kind === 'editor' || key === tool?.key) return;
      onTool(key === undefined ? undefined : { key, kind: 'toolbar' });
    },
    onAsk(key, row) {
      const asked = view.messages.find((candidate) => candidate.key === key);
      if (!asked || tool?.kind === 'editor' || actionsFor(asked, may).length === 0) return;
      setOpen({ key, step: 'all', anchor: row.querySelector<HTMLElement>('.bubble') ?? row });
    },
    onAct(key, name, button) {
      if (name === 'cancel') endEditing(key);
      else setOpen({ key, step: name === 'react' && may.write ? 'react' : 'more', anchor: button });
    },
    onSave(key, text) {
      const edited = view.messages.find((candidate) => candidate.key === key);
      if (text.trim() !== '' && text !== edited?.text) room.edit(key, text);
      endEditing(key);
    },
  };
  useRowGestures(layer, gestures);
  const editable = tool?.kind !== 'editor' || view.messages.some(({ key, deleted }) => key === tool.key && !deleted);
  useEffect(() => {
    if (!editable) onTool(undefined);
  }, [editable]);

  return (
    <div ref={layer}>
      {open && message && actions.length > 0 && (
        <ActionMenu
          message={message}
          actions={actions}
          step={open.step}
          anchor={open.anchor}
          onReact={(emoji) => {
            close();
            room.react(message.key, emoji);
          }}
          onAct={(action) => act(action, message)}
          onClose={close}
        />
      )}
      {judged && moderation && (
        <moderation.PersonMenu
          person={judged.person}
          view={view}
          room={room}
          first={judged.step}
          anchor={judged.anchor}
          onClose={endJudging}
        />
      )}
      <div class={toast ? 'toast' : 'unseen'} role="status">
        {toast}
      </div>
    </div>
  );
}

/** Hears the list as long as it is there, always with the handlers of the latest view. */
function useRowGestures(layer: { readonly current: HTMLElement | null }, gestures: RowGestures): void {
  const latest = useRef(gestures);
  latest.current = gestures;
  useEffect(() => {
    const list = layer.current?.parentElement?.querySelector<HTMLElement>('.list');
    if (!list) return;
    return watchRows(list, {
      onPoint: (key) => latest.current.onPoint(key),
      onAsk: (key, row) => latest.current.onAsk(key, row),
      onAct: (key, act, button) => latest.current.onAct(key, act, button),
      onSave: (key, text) => latest.current.onSave(key, text),
    });
  }, []);
}

function useToast(): [string, (text: string) => void] {
  const [toast, setToast] = useState('');
  useEffect(() => {
    if (toast === '') return;
    const timer = setTimeout(() => setToast(''), TOAST_TIME);
    return () => clearTimeout(timer);
  }, [toast]);
  return [toast, setToast];
}

function rowIn(layer: HTMLElement | null, key = ''): HTMLElement | undefined {
  return layer?.parentElement?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`) ?? undefined;
}

/** False where the browser does not let this page write to the clipboard. */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
