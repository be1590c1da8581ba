/** Something that collects while the event loop turns and writes once at its end. */
export interface Flushable {
  flush(): void;
}

/**
 * Joins what one turn of the event loop brings into one write for each channel and each socket. Replies are written
 * before deliveries, so that a client sees the answer to its subscription before the first message of the channel.
 */
export class Turn {
  private replies = new Set<Flushable>();
  private deliveries = new Set<Flushable>();
  private scheduled = false;

  replied(to: Flushable): void {
    this.replies.add(to);
    this.schedule();
  }

  delivered(to: Flushable): void {
    this.deliveries.add(to);
    this.schedule();
  }

  /** Writes what has been collected, now. */
  end(): void {
    const { replies, deliveries } = this;
    if (replies.size > 0) this.replies = new Set();
    if (deliveries.size > 0) this.deliveries = new Set();
    for (const socket of replies) socket.flush();
    for (const channel of deliveries) channel.flush();
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.end();
    });
  }
}
