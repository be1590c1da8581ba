import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { printed } from './process.ts';

/** How a line treats each frame, in each direction: ms, ms either side, percent. */
export interface Quality {
  readonly delay: number;
  readonly jitter: number;
  readonly loss: number;
}

const SCRIPT = fileURLToPath(new URL('impair.py', import.meta.url));

/** A line between a gateway and the switch that delays and loses (impair.py). */
export class Impairment {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Plugs the gateway in with this address, over a line of this quality. */
  static async start(gateway: string, address: string, switchboard: string, quality: Quality): Promise<Impairment> {
    const child = spawn('python3', [SCRIPT, gateway, 'w0', address, switchboard, 'br0'], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    await printed(child, /ready/);
    child.stdin.write(`${JSON.stringify(quality)}\n`);
    return new Impairment(child);
  }

  stop(): void {
    this.#child.kill();
  }
}
