import type { ReplicaId } from '../../protocol/ids.ts';
import type { Identity } from './ports.ts';

/**
 * Somebody without a key, whom the relay hosts. Nothing is signed here, and nobody who is well asks for that.
 *
 * @param host the secret by which the relay knows them again
 * @param replica as it was named last; the relay says anew with each join
 */
export function plainIdentity(host: string, replica: ReplicaId): Identity {
  return {
    host,
    replica,
    publicKey: '',
    sign: () => Promise.reject(new Error('no key')),
    certified: () => undefined,
    certificate: () => undefined,
    recertified: (entry) => entry,
    seal: async () => [],
  };
}
