import { buildDemo } from './demo.ts';
import { buildServer } from './server.ts';
import { buildWidget } from './widget.ts';

/** What can be built, each part by itself. */
const PARTS = { server: buildServer, widget: buildWidget, demo: buildDemo } as const;

export type Part = keyof typeof PARTS;

export const PART_NAMES: readonly Part[] = ['server', 'widget', 'demo'];

export function isPart(name: string): name is Part {
  return Object.hasOwn(PARTS, name);
}

/** `strict`: a size over its budget fails the build, as it must not while one works on something else. */
export interface BuildMode {
  readonly strict: boolean;
}

/** Builds the named parts side by side, says what is wrong with each that fails, and tells whether all stand. */
export async function buildParts(names: readonly Part[], mode: BuildMode): Promise<boolean> {
  const outcomes = await Promise.allSettled(names.map((name) => PARTS[name](mode)));
  const reasons = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  for (const reason of reasons) complain(reason);
  return reasons.length === 0;
}

/** One line for what we refuse ourselves; esbuild has printed its own errors. */
function complain(reason: unknown): void {
  if (reason instanceof Error && 'errors' in reason) return;
  console.error(reason instanceof Error ? reason.message : String(reason));
}
