/** Arrows move the focus from message to message, from the list itself to the last one. */
export function moveBetweenRows(event: KeyboardEvent & { readonly currentTarget: HTMLElement }): void {
  if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-key]')];
  const at = rows.findIndex((row) => row.matches(':focus-within, :focus'));
  const next = at < 0 ? rows.at(-1) : rows[at + (event.key === 'ArrowUp' ? -1 : 1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
