export type { Logger } from './observe/log.ts';
export { createRelay, type Listening, type Relay, type RelayOptions } from './relay.ts';
export { DEFAULTS, type Settings } from './settings.ts';
