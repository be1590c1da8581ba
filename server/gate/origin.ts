import type { IncomingMessage } from 'node:http';
import { accept, type Result, refuse } from '../../protocol/result.ts';
import { addressGroup, isLoopbackAddress, remoteAddress } from './address.ts';

export interface OriginPolicy {
  /** Exact origins, or `loopback`. */
  readonly origins: readonly string[];
  readonly publicUrl: string | undefined;
  /** Proxies in front whose X-Forwarded-For is believed. */
  readonly trustProxy: number;
}

/** Whether whoever asks may come in without a token. */
export interface Admission {
  readonly guests: boolean;
  /** To be named in `Access-Control-Allow-Origin`; absent for what is not a browser. */
  readonly origin: string | undefined;
  /** Under which limits count it (gate/address.ts); undefined: they don't. */
  readonly address: string | undefined;
}

/** `admit` with its policy. */
export type Admit = (request: IncomingMessage) => Result<Admission>;

const LOOPBACK_NAME = /^(?:localhost|[a-z0-9-]+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;
const ADDRESS_NAME = /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:.]+\])$/;

/**
 * Decides by the `Origin` header, which a page can't forge. No header means: not a browser. Whoever that is may be a
 * guest from this machine alone, so that nothing on the network speaks to a relay that was meant for a website.
 */
export function admit(request: IncomingMessage, policy: OriginPolicy): Result<Admission> {
  const { origin } = request.headers;
  const address = addressGroup(request, policy);
  if (origin === undefined) {
    return accept({ guests: isLoopbackAddress(remoteAddress(request, policy)), origin, address });
  }
  if (isListed(origin, policy) || isOwn(origin, request)) return accept({ guests: true, origin, address });
  return refuse('origin', 'this origin may not use the relay (see NATTER_ORIGINS and NATTER_PUBLIC_URL)');
}

function isListed(origin: string, { origins, publicUrl }: OriginPolicy): boolean {
  if (origins.includes(origin) || origin === publicUrl) return true;
  return origins.includes('loopback') && LOOPBACK_NAME.test(parseOrigin(origin)?.hostname ?? '');
}

/**
 * The relay's own pages: `Origin` names the host that was asked. A relay that is reached over loopback believes only
 * addresses and localhost, since any name can be made to resolve to 127.0.0.1 (DNS rebinding).
 */
function isOwn(origin: string, request: IncomingMessage): boolean {
  const url = parseOrigin(origin);
  if (!url || url.host !== request.headers.host) return false;
  return isFixed(url.hostname) || !isLoopbackAddress(request.socket.localAddress);
}

/**
 * Whether whoever asks is on this machine and asked for it by its address or as localhost. A page that had its own name
 * made to resolve to 127.0.0.1 is on this machine, too, and may read what it gets.
 */
export function isLocal(request: IncomingMessage, policy: OriginPolicy): boolean {
  const { host } = request.headers;
  const url = `http://${host}`;
  if (host !== undefined && !(URL.canParse(url) && isFixed(new URL(url).hostname))) return false;
  return isLoopbackAddress(remoteAddress(request, policy));
}

/** A name that nobody can make resolve to something else. */
function isFixed(hostname: string): boolean {
  return LOOPBACK_NAME.test(hostname) || ADDRESS_NAME.test(hostname);
}

/** An http(s) origin in the one spelling that browsers send. */
function parseOrigin(origin: string): URL | undefined {
  const url = URL.canParse(origin) ? new URL(origin) : undefined;
  return url && /^https?:$/.test(url.protocol) && url.origin === origin ? url : undefined;
}
