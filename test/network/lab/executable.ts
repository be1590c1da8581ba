import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inside } from './command.ts';

/** An executable that runs another one inside a namespace: browsers' drivers take no arguments before the program's name. */
export function executableInside(namespace: string, program: string): { path: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'natter-lab-'));
  const path = join(folder, 'browser');
  writeFileSync(path, `#!/bin/sh\nexec ${inside(namespace, program).join(' ')} "$@"\n`, { mode: 0o755 });
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
