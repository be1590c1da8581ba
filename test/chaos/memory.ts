import { readdirSync, readFileSync } from 'node:fs';

const PAGE_BYTES = 4_096;

/** Memory that a process has in RAM, bytes (proc(5), statm). Not a number where the process is gone. */
export function residentBytes(pid: number | undefined): number {
  try {
    const [, pages] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ');
    return Number(pages) * PAGE_BYTES;
  } catch {
    return Number.NaN; // it has ended
  }
}

/** Files, sockets and pipes that a process has open. Not a number where the process is gone. */
export function openHandles(pid: number | undefined): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return Number.NaN; // it has ended
  }
}
