/** How many connections each address has to this process: WebSockets, and POSTs that are not answered yet. */
export class Connections {
  private readonly most: number;
  private readonly open = new Map<string, number>();

  /** @param most 0: no limit */
  constructor(most: number) {
    this.most = most;
  }

  /** Counts one more until the function that is returned is called, once or more; undefined: there are too many already. */
  enter(address: string | undefined): (() => void) | undefined {
    if (address === undefined || this.most === 0) return () => undefined;
    const count = this.open.get(address) ?? 0;
    if (count >= this.most) return undefined;
    this.open.set(address, count + 1);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      const rest = (this.open.get(address) ?? 1) - 1;
      if (rest === 0) this.open.delete(address);
      else this.open.set(address, rest);
    };
  }
}
