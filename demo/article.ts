import { keepOffline } from './keep-offline.ts';

// The page's own script: it calls the widget before the widget has come, as a site owner's would.
window.Natter = window.Natter || earlyCalls();

for (const opener of document.querySelectorAll('[data-open-chat]')) {
  opener.addEventListener('click', () => {
    if (typeof window.Natter === 'function') window.Natter('open');
  });
}

keepOffline();

function earlyCalls() {
  const q: unknown[][] = [];
  return Object.assign((...call: unknown[]) => q.push(call), { q });
}
