import type { TokenSource } from '../../../widget/runtime/ports.ts';

/** The login of somebody who has none. */
export const GUEST: TokenSource = {
  token: async () => undefined,
  renew: async () => undefined,
  watch: () => () => undefined,
};
