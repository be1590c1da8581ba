import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomText } from './secrets.ts';

const FILE = 'relay-key';
const BYTES = 32;

/**
 * The secret that a folder keeps for its relay, made when there is none. Read once, before anything listens.
 * @throws Error where the folder can't be used
 */
export function keptSecret(folder: string): string {
  const path = join(folder, FILE);
  mkdirSync(folder, { recursive: true });
  try {
    writeFileSync(path, randomText(BYTES), { flag: 'wx', mode: 0o600 }); // whoever comes first makes it
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  const secret = readFileSync(path, 'utf8').trim();
  if (secret.length < BYTES) throw new Error(`${path} holds no key`);
  return secret;
}
