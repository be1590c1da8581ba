import type { Effect, Step } from './effects.ts';
import type { State } from './state.ts';

/** Goes on from a step with changed state. */
export function change(step: Step, changes: Partial<State>): Step {
  return { state: { ...step.state, ...changes }, effects: step.effects };
}

/** Adds effects to a step. */
export function emit(step: Step, ...effects: readonly Effect[]): Step {
  return effects.length === 0 ? step : { state: step.state, effects: [...step.effects, ...effects] };
}

/** Runs parts of a transition one after the other, each on the state the one before left. */
export function sequence(step: Step, ...parts: readonly ((step: Step) => Step)[]): Step {
  return parts.reduce((reached, part) => part(reached), step);
}
