/** What a visitor does to the rows of the list, whichever way they do it. Rows are named by their message's key. */
export interface RowGestures {
  /** A row is pointed at or has the visible focus; undefined: none has any more. */
  onPoint(key: string | undefined): void;
  /** All that can be done with a message is asked for: by a long press, or by Enter on its row. */
  onAsk(key: string, row: HTMLElement): void;
  /** A button of the row's toolbar or editor, by its `data-act`. */
  onAct(key: string, act: string, button: HTMLElement): void;
  onSave(key: string, text: string): void;
}

/** How long a finger rests on a message to ask for its actions, ms; platforms use 400 to 500. */
export const LONG_PRESS = 450;

/** Hears gestures for all rows of a list at once, however many there are. Returns its end. */
export function watchRows(list: HTMLElement, on: RowGestures): () => void {
  const ending = new AbortController();
  const { signal } = ending;
  watchPointing(list, on, signal);
  watchKeys(list, on, signal);
  watchPresses(list, on, signal);
  list.addEventListener(
    'submit',
    (event) => {
      event.preventDefault();
      const key = keyOf(event.target);
      const field = list.querySelector<HTMLTextAreaElement>('.editor-field');
      if (key !== undefined && field) on.onSave(key, field.value);
    },
    { signal },
  );
  list.addEventListener(
    'click',
    ({ target }) => {
      const button = target instanceof Element ? target.closest<HTMLElement>('[data-act]') : null;
      const key = keyOf(button);
      if (button && key !== undefined) on.onAct(key, button.dataset.act ?? '', button);
    },
    { signal },
  );
  return () => ending.abort();
}

/** The row that something is in. */
export function rowOf(target: EventTarget | null): HTMLElement | undefined {
  return (target instanceof Element && target.closest<HTMLElement>('[data-key]')) || undefined;
}

function keyOf(target: EventTarget | null): string | undefined {
  return rowOf(target)?.dataset.key;
}

function watchPointing(list: HTMLElement, { onPoint }: RowGestures, signal: AbortSignal): void {
  const over = ({ pointerType, target }: PointerEvent) => pointerType !== 'touch' && onPoint(keyOf(target));
  // A tap focuses a row, too, and means nothing by it: only the focus that is shown counts.
  const focus = ({ target }: FocusEvent) =>
    target instanceof Element && target.matches(':focus-visible') && onPoint(keyOf(target));
  const leave = () => onPoint(keyOf(list.querySelector('[data-key]:focus-visible,[data-key] :focus-visible')));
  const blur = ({ relatedTarget }: FocusEvent) => keyOf(relatedTarget) === undefined && onPoint(undefined);
  list.addEventListener('pointerover', over, { signal });
  list.addEventListener('pointerleave', leave, { signal });
  list.addEventListener('focusin', focus, { signal });
  list.addEventListener('focusout', blur, { signal });
}

function watchKeys(list: HTMLElement, on: RowGestures, signal: AbortSignal): void {
  const press = (event: KeyboardEvent) => {
    const row = rowOf(event.target);
    const key = row?.dataset.key;
    if (!row || key === undefined) return;
    if (event.target instanceof HTMLTextAreaElement) return pressInEditor(event, event.target, key, on);
    if (event.key !== 'Enter' || event.target !== row) return;
    event.preventDefault();
    on.onAsk(key, row);
  };
  list.addEventListener('keydown', press, { signal });
}

function pressInEditor(event: KeyboardEvent, field: HTMLTextAreaElement, key: string, on: RowGestures): void {
  event.stopPropagation(); // arrows move in the text, and Escape leaves the editor alone
  if (event.key === 'Escape') on.onAct(key, 'cancel', field);
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  field.form?.requestSubmit();
}

function watchPresses(list: HTMLElement, { onAsk }: RowGestures, signal: AbortSignal): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isLong = false;
  const end = () => clearTimeout(timer);
  const begin = ({ pointerType, target }: PointerEvent) => {
    end();
    isLong = false;
    const row = rowOf(target);
    const key = row?.dataset.key;
    if (pointerType !== 'touch' || !row || key === undefined) return;
    if (target instanceof Element && target.closest('button,textarea')) return;
    timer = setTimeout(() => {
      isLong = true;
      onAsk(key, row);
    }, LONG_PRESS);
  };
  // What the browser itself makes of a long press: a menu of its own, or a click on what is below the finger by then.
  const keepBack = (event: Event) => isLong && event.cancelable && event.preventDefault();
  list.addEventListener('pointerdown', begin, { signal });
  // A finger that moves scrolls, which the browser tells as `pointercancel`.
  for (const type of ['pointerup', 'pointercancel'] as const) list.addEventListener(type, end, { signal });
  for (const type of ['contextmenu', 'touchend'] as const) list.addEventListener(type, keepBack, { signal });
  signal.addEventListener('abort', end);
}
