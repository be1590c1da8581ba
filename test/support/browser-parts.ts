import { Agent, type ClientRequest, request } from 'node:http';
import { WebSocket } from 'ws';

/** As in a browser: connections are kept for the next request to the same server. */
const agent = new Agent({ keepAlive: true });

/** A browser's WebSocket says nothing of an error but that it is closed. */
class BrowserSocket extends WebSocket {
  constructor(url: string) {
    super(url, { perMessageDeflate: false });
    this.on('error', () => undefined); // `close` follows
  }
}

/** As much of XMLHttpRequest as the widget's transports use. */
class BrowserRequest {
  onload: (() => void) | undefined;
  onerror: (() => void) | undefined;
  ontimeout: (() => void) | undefined;
  /** ms */
  timeout = 0;
  status = 0;
  responseText = '';
  private readonly headers: Record<string, string> = {};
  private target: { readonly method: string; readonly url: string } | undefined;
  private sent: ClientRequest | undefined;
  private timer: NodeJS.Timeout | undefined;
  private over = false;

  open(method: string, url: string): void {
    this.target = { method, url };
  }

  setRequestHeader(name: string, value: string): void {
    this.headers[name] = value;
  }

  send(body: string): void {
    const { method = 'POST', url = '' } = this.target ?? {};
    if (this.timeout > 0) this.timer = setTimeout(() => this.end(this.ontimeout), this.timeout);
    const sent = request(url, {
      method,
      agent,
      headers: { ...this.headers, 'content-length': Buffer.byteLength(body) },
    });
    this.sent = sent;
    sent.on('error', () => this.end(this.onerror));
    sent.on('response', (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', () => this.end(this.onerror));
      response.on('end', () => {
        this.status = response.statusCode ?? 0;
        this.responseText = Buffer.concat(parts).toString();
        this.end(this.onload);
      });
    });
    sent.end(body);
  }

  abort(): void {
    this.end(undefined);
  }

  private end(tell: (() => void) | undefined): void {
    if (this.over) return;
    this.over = true;
    clearTimeout(this.timer);
    // A request that is answered gives its connection back; any other takes it along.
    if (tell !== this.onload) this.sent?.destroy();
    tell?.();
  }
}

/** Gives a Node process what the widget's way to the relay takes from a browser. */
export function installBrowserParts(): void {
  Object.assign(globalThis, { WebSocket: BrowserSocket, XMLHttpRequest: BrowserRequest });
}
