/** Messages that all sockets together may have acted on in one turn of the event loop. */
const MESSAGES = 256;

/** What is left of a turn: however much clients send at once, the event loop turns, and others are served in between. */
export class TurnBudget {
  private left = MESSAGES;
  private number = 0;
  private renewing = false;

  get turn(): number {
    return this.number;
  }

  get isSpent(): boolean {
    return this.left <= 0;
  }

  spend(messages: number): void {
    this.left -= messages;
    if (this.renewing) return;
    this.renewing = true;
    setImmediate(() => {
      this.renewing = false;
      this.left = MESSAGES;
      this.number += 1;
    });
  }
}
