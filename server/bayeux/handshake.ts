import { accept, type Result, refuse } from '../../protocol/result.ts';
import type { MessageOf } from '../gate/message.ts';

/** What the relay offers. Faye knows more ways; the gate refuses them. */
export const CONNECTION_TYPES: readonly string[] = ['websocket', 'long-polling'];

export interface Offer {
  readonly request: object;
  readonly connectionTypes: readonly string[];
}

/** Finds what client and relay both speak, and writes the handshake that Faye sees. */
export function negotiate({ id, version, connectionTypes }: MessageOf<'handshake'>): Result<Offer> {
  if (!connectionTypes.some((type) => CONNECTION_TYPES.includes(type))) {
    return refuse('malformed', `the relay speaks ${CONNECTION_TYPES.join(' and ')}`);
  }
  const request = {
    channel: '/meta/handshake',
    version,
    supportedConnectionTypes: CONNECTION_TYPES,
    ...(id === undefined ? {} : { id }),
  };
  return accept({ request, connectionTypes: CONNECTION_TYPES });
}
