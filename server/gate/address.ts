import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/** What is asked of a request to tell whom it is from. */
export type Addressed = Pick<IncomingMessage, 'headers'> & {
  readonly socket: { readonly remoteAddress?: string | undefined };
};

export interface ProxyPolicy {
  /** Proxies in front whose X-Forwarded-For is believed; 0: none. */
  readonly trustProxy: number;
}

const LOOPBACK_ADDRESS = /^(?:127(?:\.\d{1,3}){3}|::1)$/;
/** An IPv4 address as IPv6 writes it (RFC 4291, section 2.5.5.2). */
const MAPPED = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i;
/** With a port, as some proxies write it. */
const WITH_PORT = /^(?:\[([0-9a-f:.]+)\](?::\d{1,5})?|(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5})$/i;
/** All whose address should be known and is not share one. */
const UNKNOWN = 'unknown';

/** The address of the client: the socket's, or what the trusted proxies say; undefined where that can't be known. */
export function remoteAddress(request: Addressed, { trustProxy }: ProxyPolicy): string | undefined {
  const forwarded = request.headers['x-forwarded-for'];
  if (forwarded === undefined && request.headers.forwarded === undefined) return socketAddress(request);
  if (trustProxy === 0) return undefined; // some proxy stands between: its own address says nothing
  // Each proxy appends whom it was asked by. What stands left of the last `trustProxy` was written by whoever asked.
  return readAddress(
    String(forwarded ?? '')
      .split(',')
      .at(-trustProxy),
  );
}

/**
 * Under which name limits count what comes from a client; undefined: loopback, which is exempt. Of IPv6 the /64 counts, since
 * that is what one subscriber has. A header that nobody vouches for changes nothing: then it is the socket's address.
 */
export function addressGroup(request: Addressed, policy: ProxyPolicy): string | undefined {
  const address = policy.trustProxy === 0 ? socketAddress(request) : remoteAddress(request, policy);
  if (address === undefined) return UNKNOWN;
  return isLoopbackAddress(address) ? undefined : groupOf(address);
}

export function isLoopbackAddress(address: string | undefined): boolean {
  return address !== undefined && LOOPBACK_ADDRESS.test(address);
}

/** An address in its one spelling; undefined for what is none. */
export function readAddress(text: string | undefined): string | undefined {
  const trimmed = text?.trim() ?? '';
  const [, v6, v4] = WITH_PORT.exec(trimmed) ?? [];
  const bare = v6 ?? v4 ?? trimmed;
  const [, mapped] = MAPPED.exec(bare) ?? [];
  const address = mapped ?? bare;
  if (isIP(address) === 4) return address;
  if (isIP(address) !== 6 || address.includes('%')) return undefined;
  return new URL(`http://[${address}]/`).hostname.slice(1, -1);
}

function socketAddress({ socket }: Addressed): string | undefined {
  return readAddress(socket.remoteAddress?.replace(/%.*$/, '')); // a zone is this machine's word for its own interface
}

/** The address, or the first 64 bits of an IPv6 one. It is spelt as URLs spell it: at most one `::`. */
function groupOf(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::');
  const [before, after] = [head, tail ?? ''].map((part) => (part === '' ? [] : part.split(':')));
  const missing = tail === undefined ? 0 : 8 - (before?.length ?? 0) - (after?.length ?? 0);
  const groups = [...(before ?? []), ...Array<string>(missing).fill('0'), ...(after ?? [])];
  return `${groups.slice(0, 4).join(':')}::/64`;
}
