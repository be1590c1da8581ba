type Listener = (...args: unknown[]) => void;

interface Mixed {
  _heard?: Map<string, readonly Listener[]>;
}

/**
 * Stands for faye's `util/event_emitter`: the four methods that its mixins and channels call. faye mixes them into its
 * objects with Object.assign, so they are plain properties.
 */
const prototype = {
  on(this: Mixed, event: string, listener: Listener): void {
    this._heard ??= new Map();
    this._heard.set(event, [...(this._heard.get(event) ?? []), listener]);
  },

  removeListener(this: Mixed, event: string, listener: Listener): void {
    this._heard?.set(
      event,
      (this._heard.get(event) ?? []).filter((other) => other !== listener),
    );
  },

  listeners(this: Mixed, event: string): readonly Listener[] {
    return this._heard?.get(event) ?? [];
  },

  emit(this: Mixed, event: string, ...args: unknown[]): void {
    for (const listener of this._heard?.get(event) ?? []) Reflect.apply(listener, this, args);
  },
};

export default { prototype };
