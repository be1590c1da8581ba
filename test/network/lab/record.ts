/** What happened in one page, as its recorder (recorder.page.ts) wrote it down. `at`: ms since 1970. */
export type LabEvent = { readonly at: number } & (
  | { readonly type: 'wrote' | 'received'; readonly text: string }
  | { readonly type: 'chip'; readonly path: string }
  | { readonly type: 'connection'; readonly state: string; readonly path: string; readonly peers: number }
  | { readonly type: 'ice'; readonly state: string }
  | { readonly type: 'page-online' | 'page-offline' }
  | { readonly type: 'link-made' | 'link-closed' | 'link-hello' | 'socket-made' | 'socket-open' | 'socket-closed' }
);

/** Types of the candidates at both ends of a link: `host`, `srflx`, `prflx` or `relay`. */
export interface SelectedPair {
  readonly local: string;
  readonly remote: string;
}

/** What a page with the recorder can be asked. */
export interface LabPage {
  readonly events: readonly LabEvent[];
  /** Sends `<name> 1`, `<name> 2` and so on through the widget's API until `rest`. */
  write(name: string, everyMs: number): void;
  /** Stops writing; gives how many were written. */
  rest(): number;
  conversation(): Promise<string[]>;
  selectedPairs(): Promise<SelectedPair[]>;
}
