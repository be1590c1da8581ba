/** What the tests use of the stock Bayeux clients, which have no types of their own. */
declare module 'faye' {
  class Client {
    constructor(url: string);
    disable(feature: string): void;
    subscribe(channel: string, listener: (data: unknown) => void): PromiseLike<void>;
    publish(channel: string, data: object): PromiseLike<unknown>;
    disconnect(): PromiseLike<void>;
    readonly _dispatcher: { readonly connectionType: string };
  }
  const faye: { readonly Client: typeof Client };
  export default faye;
}

declare module 'cometd-nodejs-client' {
  export function adapt(): void;
}
