/** What is open at a message: the small toolbar while it is pointed at or has the focus, or the editor. */
export interface Tool {
  readonly key: string;
  readonly kind: 'toolbar' | 'editor';
}
