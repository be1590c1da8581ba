/** What is used from inside faye 1.4.3, which has no types of its own. Only faye.ts imports it. */
declare module 'faye/src/protocol/server.js' {
  export default class Server<Proxy> {
    constructor(options: {
      /** Seconds. */
      readonly timeout: number;
      readonly engine?: { readonly type: { create(proxy: Proxy): object } };
    });
    close(): void;
    process(messages: object, request: object | null, callback: (replies: readonly object[]) => void): void;
  }
}
