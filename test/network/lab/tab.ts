/** One page of a browser in a namespace: what a lab needs of it, whichever browser it is. */
export interface Tab {
  /** Opens the chat on the page at this address and goes in under this name, by what the page shows. */
  enter(url: string, name: string): Promise<void>;
  /** The value of an expression in the page; waits for it where it is a promise. */
  evaluate(expression: string): Promise<unknown>;
  close(): Promise<void>;
}

export interface TabOptions {
  /** Where the browser runs. */
  readonly namespace: string;
  /** The site's origin: without TLS a browser must be told to trust it as it would one with TLS. */
  readonly trusted: string;
  /** Runs in the page before anything else. */
  readonly script: string;
}

export type OpenTab = (options: TabOptions) => Promise<Tab>;
