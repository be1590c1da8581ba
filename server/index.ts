export type { Logger } from './observe/log.ts';
export { createRelay, type Listening, type Relay, type RelayOptions } from './relay.ts';
export { DEFAULTS, type Settings } from './settings.ts';
export type { Account, Authenticate } from './trust/authenticate.ts';
export type { RevocationTarget } from './trust/revocations.ts';
export { type SigningOptions, signToken, type TokenClaims } from './trust/sign-token.ts';
