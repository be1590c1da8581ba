/** A closed padlock; see icons.tsx. */
export const LOCK = 'M6 11h12v9.5H6zM8.5 11V7.5a3.5 3.5 0 017 0V11M12 15v2';
