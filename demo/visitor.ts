import type { NatterChatElement } from '../widget/index.ts';
import { installFaults } from './lab/faults.ts';
import { listen, type ToFrame, tell } from './lab/messages.ts';

const setFaults = installFaults();
const wanted = new URLSearchParams(location.search);
const lab = window.parent;

const chat: NatterChatElement = document.createElement('natter-chat');
for (const name of ['room', 'profile', 'accent']) chat.setAttribute(name, wanted.get(name) ?? '');
chat.setAttribute('mode', 'inline');
chat.setAttribute('data-title', wanted.get('title') ?? '');

chat.addEventListener('natter:ready', () => {
  chat.setUser({ name: wanted.get('name') ?? 'Visitor' });
  chat.on('traffic', ({ detail }) => tell(lab, { type: 'traffic', traffic: detail }));
  chat.on('observation', ({ detail }) => tell(lab, { type: 'observation', observation: detail }));
  chat.on('connection', ({ detail }) => tell(lab, { type: 'connection', connection: detail }));
});

listen<ToFrame>(
  () => lab,
  (message) => {
    if (message.type === 'faults') setFaults(message.faults);
    else if (message.type === 'say') for (const text of message.texts) chat.send(text);
    else chat.setAttribute('accent', message.accent);
  },
);

document.body.append(chat);
tell(lab, { type: 'ready' });
