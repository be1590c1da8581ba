type Listener = (...args: never[]) => void;

interface Subscription {
  readonly listener: Listener;
  readonly once: boolean;
}

/** Stands for Node's `events`, the part that simple-peer and its users call. An unheard `error` is thrown. */
export class EventEmitter {
  // No property of ours may share a name with one of simple-peer's, which subclasses this.
  #subscriptions = new Map<string, readonly Subscription[]>();

  on(event: string, listener: Listener): this {
    return this.#add(event, { listener, once: false });
  }

  once(event: string, listener: Listener): this {
    return this.#add(event, { listener, once: true });
  }

  off(event: string, listener: Listener): this {
    const all = this.#subscriptions.get(event) ?? [];
    const index = all.findIndex((subscription) => subscription.listener === listener);
    if (index >= 0) this.#subscriptions.set(event, all.toSpliced(index, 1));
    return this;
  }

  removeListener(event: string, listener: Listener): this {
    return this.off(event, listener);
  }

  removeAllListeners(): this {
    this.#subscriptions.clear();
    return this;
  }

  listenerCount(event: string): number {
    return this.#subscriptions.get(event)?.length ?? 0;
  }

  emit(event: string, ...args: unknown[]): boolean {
    // Those subscribed when the event happens hear it, whatever they do to the list meanwhile.
    const all = this.#subscriptions.get(event) ?? [];
    if (all.length === 0 && event === 'error') throw args[0];
    for (const { listener, once } of all) {
      if (once) this.off(event, listener);
      Reflect.apply(listener, this, args);
    }
    return all.length > 0;
  }

  #add(event: string, subscription: Subscription): this {
    this.#subscriptions.set(event, [...(this.#subscriptions.get(event) ?? []), subscription]);
    return this;
  }
}
