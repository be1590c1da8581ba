/** Replaces XMLHttpRequest by one that fails for some addresses while it is switched on; those under way fail. */
export function failRequests(concerns: (url: string | URL) => boolean): (isFailing: boolean) => void {
  const Native = globalThis.XMLHttpRequest;
  const underWay = new Set<XMLHttpRequest>();
  let isFailing = false;

  globalThis.XMLHttpRequest = class extends Native {
    #isConcerned = false;

    override open(method: string, url: string | URL, ...rest: [async?: boolean]): void {
      this.#isConcerned = concerns(url);
      super.open(method, url, rest[0] ?? true);
    }

    override send(body?: Document | XMLHttpRequestBodyInit | null): void {
      if (!this.#isConcerned) return super.send(body);
      if (isFailing) {
        setTimeout(() => this.dispatchEvent(new ProgressEvent('error')));
        return;
      }
      underWay.add(this);
      this.addEventListener('loadend', () => underWay.delete(this));
      super.send(body);
    }
  };

  return (failing) => {
    isFailing = failing;
    if (!failing) return;
    for (const request of [...underWay]) {
      request.abort();
      request.dispatchEvent(new ProgressEvent('error'));
    }
  };
}
