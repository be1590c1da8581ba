import type { get, getConnectionTypes } from '../transports.ts';

/** Stands for faye's `transport` folder: what net/faye.ts puts in before the first client is made. */
const registry: { get?: typeof get; getConnectionTypes?: typeof getConnectionTypes } = {};

export default registry;
