export interface ComparisonPorts {
  /** Whether Redis can be asked. */
  isUp(): boolean;
  /** Compares all that this process knows with what Redis has. */
  compare(): Promise<void>;
  /** It came to nothing: it is tried again. */
  onFailure(error: unknown): void;
}

/** When a process compares what it knows with what Redis has: after something may have been missed, or not been told. */
export class Comparison {
  private readonly ports: ComparisonPorts;
  private isDue = false;
  private isRunning = false;

  constructor(ports: ComparisonPorts) {
    this.ports = ports;
  }

  /** Something may have been missed: at the next sweep. A Redis that refuses must not be asked all the time. */
  note(): void {
    this.isDue = true;
  }

  /** The same, at once if none is under way. */
  begin(): void {
    this.isDue = true;
    this.sweep();
  }

  sweep(): void {
    if (this.isDue && !this.isRunning && this.ports.isUp()) void this.run();
  }

  private async run(): Promise<void> {
    this.isRunning = true;
    this.isDue = false;
    try {
      await this.ports.compare();
    } catch (error) {
      this.isDue = true;
      this.ports.onFailure(error);
    } finally {
      this.isRunning = false;
    }
  }
}
