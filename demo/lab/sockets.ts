/** Replaces WebSocket by one that fails for some addresses while it is switched on; those open are closed. */
export function failSockets(concerns: (url: string | URL) => boolean): (isFailing: boolean) => void {
  const Native = globalThis.WebSocket;
  const open = new Set<WebSocket>();
  let isFailing = false;

  globalThis.WebSocket = new Proxy(Native, {
    construct(target, [url, protocols]: [string | URL, string | string[] | undefined]) {
      if (!concerns(url)) return new target(url, protocols);
      if (isFailing) return deadSocket(url);
      const socket = new target(url, protocols);
      open.add(socket);
      socket.addEventListener('close', () => open.delete(socket));
      return socket;
    },
  });

  return (failing) => {
    isFailing = failing;
    if (failing) for (const socket of open) socket.close();
  };
}

/** What `new WebSocket` gives where nothing answers: it closes, and says so a moment later. */
function deadSocket(url: string | URL): EventTarget {
  const socket = Object.assign(new EventTarget(), {
    url: String(url),
    readyState: WebSocket.CONNECTING as number,
    bufferedAmount: 0,
    onopen: null,
    onmessage: null,
    onerror: null as ((event: Event) => void) | null,
    onclose: null as ((event: Event) => void) | null,
    send: () => undefined,
    close: () => undefined,
  });
  setTimeout(() => {
    socket.readyState = WebSocket.CLOSED;
    const failed = new Event('error');
    socket.onerror?.(failed);
    socket.dispatchEvent(failed);
    const closed = new CloseEvent('close', { code: 1006 });
    socket.onclose?.(closed);
    socket.dispatchEvent(closed);
  });
  return socket;
}
