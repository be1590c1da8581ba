import { EventEmitter } from './events.ts';

type WriteDone = (error?: Error | null) => void;

/**
 * Stands for npm `readable-stream`: a Duplex as far as simple-peer is one. What it pushes is emitted as `data`, text
 * as text, held until someone listens; writes reach `_write` one at a time; there are no pipes and no high-water mark.
 */
export class Duplex extends EventEmitter {
  readonly _readableState = { ended: false };
  readonly _writableState = { finished: false };
  #held: unknown[] = [];
  #writes: { readonly chunk: unknown; readonly done: WriteDone }[] = [];
  #ending = false;

  /** Hands a chunk to whoever listens for `data`; null ends the readable side. */
  push(chunk: unknown): boolean {
    if (this._readableState.ended) return false;
    if (chunk === null) {
      this._readableState.ended = true;
      queueMicrotask(() => this.emit('end'));
    } else if (this.listenerCount('data') > 0) {
      this.emit('data', chunk);
    } else {
      this.#held.push(chunk);
    }
    return true;
  }

  override on(event: string, listener: (...args: never[]) => void): this {
    super.on(event, listener);
    if (event === 'data') for (const chunk of this.#held.splice(0)) this.emit('data', chunk);
    return this;
  }

  /** False while earlier writes wait; `drain` tells when they are done. */
  write(chunk: unknown, done: WriteDone = () => undefined): boolean {
    if (this.#ending) throw new Error('write after end');
    this.#writes.push({ chunk, done });
    if (this.#writes.length === 1) this.#writeNext();
    return this.#writes.length === 0;
  }

  end(): this {
    this.#ending = true;
    this.#finish();
    return this;
  }

  _write(_chunk: unknown, _encoding: string, done: WriteDone): void {
    done();
  }

  #writeNext(): void {
    const next = this.#writes[0];
    if (next === undefined) return;
    this._write(next.chunk, 'utf8', (error) => {
      this.#writes.shift();
      next.done(error);
      if (this.#writes.length > 0) return this.#writeNext();
      this.emit('drain');
      if (this.#ending) this.#finish();
    });
  }

  #finish(): void {
    if (this._writableState.finished || this.#writes.length > 0) return;
    this._writableState.finished = true;
    this.emit('finish');
  }
}
