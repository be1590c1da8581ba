/** The parts of faye 1.4.3's internals that net/faye.ts and net/transports.ts use; faye ships no types. */
declare module 'faye/src/protocol/client.js' {
  export interface BayeuxMessage {
    channel: string;
    id?: string;
    clientId?: string;
    successful?: boolean;
    subscription?: string;
    connectionType?: string;
    error?: string;
    data?: unknown;
    ext?: Record<string, unknown>;
    advice?: { reconnect?: string; interval?: number; timeout?: number };
  }

  export interface Envelope {
    timer?: unknown;
    request?: Promise<{ abort?: () => void } | undefined> | null;
  }

  export interface Dispatcher {
    readonly endpoint: { readonly href: string };
    clientId?: string | null;
    connectionType?: string;
    timeout: number;
    _envelopes: Map<string, Envelope>;
    close(): void;
    handleResponse(reply: BayeuxMessage): void;
  }

  export interface Extension {
    incoming?(message: BayeuxMessage, pass: (message: BayeuxMessage | null) => void): void;
    outgoing?(message: BayeuxMessage, pass: (message: BayeuxMessage | null) => void): void;
  }

  export default class Client {
    constructor(endpoint: string, options?: { retry?: number; timeout?: number });
    _dispatcher: Dispatcher;
    _advice: { reconnect: string; interval: number; timeout: number };
    addExtension(extension: Extension): void;
    bind(event: 'transport:down' | 'transport:up', listener: () => void): void;
    connect(callback: () => void): void;
    disconnect(): unknown;
    subscribe(channel: string, listener: (data: unknown) => void): unknown;
    publish(channel: string, data: unknown): unknown;
  }
}
