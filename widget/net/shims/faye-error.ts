/** Stands for faye's `protocol/error`: refusals are read from `ext` (net/relay-session.ts), not from its text. */
export default { parse: (message: unknown): unknown => message };
