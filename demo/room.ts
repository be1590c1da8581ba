import type { NatterChatElement } from '../widget/index.ts';
import { keepOffline } from './keep-offline.ts';

const room = new URLSearchParams(location.search).get('room')?.trim();
if (room) enter(room);
keepOffline();

/** Shows the room of the address over the whole page. */
function enter(name: string): void {
  document.title = `${name} · Natter`;
  document.body.classList.add('entered');
  const chat: NatterChatElement = document.createElement('natter-chat');
  chat.setAttribute('room', name);
  chat.setAttribute('mode', 'inline');
  document.querySelector('.stage')?.append(chat);
  const link = document.querySelector<HTMLButtonElement>('.copy');
  link?.addEventListener('click', async () => {
    const isCopied = await copy(location.href);
    link.textContent = isCopied ? 'Link copied' : location.href;
  });
}

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // no permission, or plain http: the address is shown instead
  }
}
