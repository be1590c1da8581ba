/** faye-redis 0.2.0, which has no types of its own: what is used of it. Only stock.ts imports it. */
declare module 'faye-redis' {
  interface StockEngine {
    createClient(callback: (clientId: string) => void, context?: unknown): void;
    destroyClient(clientId: string, callback?: () => void): void;
    ping(clientId: string): void;
    subscribe(clientId: string, channel: string): void;
    unsubscribe(clientId: string, channel: string): void;
    /** To the subscribers of any of the channels, whichever the message itself names. */
    publish(message: object, channels: readonly string[]): void;
    emptyQueue(clientId: string): void;
    /** Destroys clients that have given no sign of life for twice the timeout. */
    gc(): void;
  }
  /** Its constructor requires the package `redis`, and is not used. */
  const Engine: { readonly prototype: StockEngine };

  export type { StockEngine };
  export default Engine;
}
