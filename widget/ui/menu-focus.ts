/** The arrows of a menu (WAI-ARIA APG) move the focus from item to item, around its ends. */
export function moveFocus(menu: HTMLElement | null, step: number): void {
  focusItem(menu, itemsIn(menu).findIndex((item) => item.matches(':focus')) + step);
}

export function focusItem(menu: HTMLElement | null, index: number): void {
  const items = itemsIn(menu);
  items.at(index % items.length)?.focus();
}

function itemsIn(menu: HTMLElement | null): HTMLButtonElement[] {
  return menu ? [...menu.querySelectorAll('button')] : [];
}
