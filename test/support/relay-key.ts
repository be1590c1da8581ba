/** The secret of all relays in tests: what one has certified counts for the next, as with a data folder. */
export const RELAY_KEY = 'the secret of relays in tests';
