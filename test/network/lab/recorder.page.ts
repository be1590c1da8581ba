import type { LabEvent, LabPage, SelectedPair } from './record.ts';

declare global {
  interface Window {
    lab: LabPage;
    /** Set before this script: whether links may use relayed candidates alone. */
    labRelayOnly?: boolean;
  }
}

const events: LabEvent[] = [];
const record = (event: LabEvent) => events.push(event);
const connections = new Set<RTCPeerConnection>();
let writing: ReturnType<typeof setInterval> | undefined;
let written = 0;

watchLinks();
watchSockets();
watchFrames();
document.addEventListener('natter:open', watchPanel);
window.addEventListener('online', () => record({ type: 'page-online', at: Date.now() }));
window.addEventListener('offline', () => record({ type: 'page-offline', at: Date.now() }));

window.lab = {
  events,
  write(name, everyMs) {
    writing = setInterval(() => {
      written += 1;
      const text = `${name} ${written}`;
      record({ type: 'wrote', at: Date.now(), text });
      (window as unknown as { Natter: { send(text: string): void } }).Natter.send(text);
    }, everyMs);
  },
  rest() {
    clearInterval(writing);
    return written;
  },
  conversation,
  selectedPairs: async () => (await Promise.all([...connections].map(selectedPair))).filter((pair) => pair !== null),
};

/** Which links are made, and when the widget gives each up. */
function watchLinks(): void {
  const Native = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Native {
    constructor(config?: RTCConfiguration) {
      super(window.labRelayOnly ? { ...config, iceTransportPolicy: 'relay' } : config);
      connections.add(this);
      record({ type: 'link-made', at: Date.now() });
      this.addEventListener('iceconnectionstatechange', () =>
        record({ type: 'ice', at: Date.now(), state: this.iceConnectionState }),
      );
    }
    override close(): void {
      if (connections.delete(this)) record({ type: 'link-closed', at: Date.now() });
      super.close();
    }
  };
}

/** When the widget opens a socket to the relay, and when it gives one up or sees it end. */
function watchSockets(): void {
  const Native = window.WebSocket;
  window.WebSocket = class extends Native {
    #over = false;
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      record({ type: 'socket-made', at: Date.now() });
      this.addEventListener('open', () => record({ type: 'socket-open', at: Date.now() }));
      this.addEventListener('close', () => this.#end());
    }
    override close(code?: number, reason?: string): void {
      this.#end();
      super.close(code, reason);
    }
    #end(): void {
      if (!this.#over) record({ type: 'socket-closed', at: Date.now() });
      this.#over = true;
    }
  };
}

/** Messages that come, hellos of links, and the state of the connection to the relay. */
function watchFrames(): void {
  document.addEventListener('natter:traffic', ({ detail: { path, direction, kind } }) => {
    if (path === 'link' && direction === 'in' && kind === 'hello') record({ type: 'link-hello', at: Date.now() });
  });
  document.addEventListener('natter:message:received', ({ detail: { text } }) => {
    record({ type: 'received', at: Date.now(), text });
  });
  document.addEventListener('natter:connection', ({ detail: { state, path, peers } }) => {
    record({ type: 'connection', at: Date.now(), state, path, peers });
  });
}

/** What the chip says, as a person sees it. */
function watchPanel(): void {
  const root = document.querySelector('natter-chat')?.shadowRoot;
  if (!root) return;
  let chip = '';
  const look = () => {
    const now = root.querySelector<HTMLElement>('[data-path]')?.dataset.path ?? chip;
    if (now !== chip) record({ type: 'chip', at: Date.now(), path: now });
    chip = now;
  };
  new MutationObserver(look).observe(root, { subtree: true, childList: true, attributeFilter: ['data-path'] });
  look();
}

function rows(): { key: string; text: string }[] {
  const found = document.querySelector('natter-chat')?.shadowRoot?.querySelectorAll<HTMLElement>('[data-key]') ?? [];
  return [...found].map((row) => ({
    key: row.dataset.key ?? '',
    text: row.querySelector('.text')?.textContent?.trim() ?? '',
  }));
}

/** Texts of the whole conversation in shown order, read by scrolling up through it. */
async function conversation(): Promise<string[]> {
  let all = rows();
  for (let idle = 0; idle < 4; ) {
    await scroll('top');
    const shown = rows();
    const known = shown.findIndex(({ key }) => key === all[0]?.key);
    if (known < 0) throw new Error('the window jumped over messages');
    all = [...shown.slice(0, known), ...all];
    idle = known === 0 ? idle + 1 : 0;
  }
  for (let i = 0; i * 60 < all.length; i += 1) await scroll('bottom');
  return all.map(({ text }) => text);
}

async function scroll(to: 'top' | 'bottom'): Promise<void> {
  const list = document.querySelector('natter-chat')?.shadowRoot?.querySelector('[role=log]');
  if (list) list.scrollTop = to === 'top' ? 0 : list.scrollHeight;
  for (let frame = 0; frame < 6; frame += 1) await new Promise(requestAnimationFrame);
}

/** The pair of candidates that an open connection uses. */
async function selectedPair(connection: RTCPeerConnection): Promise<SelectedPair | null> {
  const stats = new Map<string, Record<string, unknown>>();
  (await connection.getStats()).forEach((stat: Record<string, unknown>) => {
    stats.set(String(stat['id']), stat);
  });
  const all = [...stats.values()];
  const transport = all.find((stat) => stat['type'] === 'transport');
  // Firefox names the pair on the pair itself.
  const pair =
    stats.get(String(transport?.['selectedCandidatePairId'])) ??
    all.find((stat) => stat['type'] === 'candidate-pair' && stat['selected'] === true);
  if (!pair) return null;
  const end = (id: unknown) => String(stats.get(String(id))?.['candidateType']);
  return { local: end(pair['localCandidateId']), remote: end(pair['remoteCandidateId']) };
}
