export { locksCss } from '../theme/locks-css.ts';
export { Invitation } from './invitation.tsx';
export { KeyPage, KeyPane } from './key-form.tsx';
export { LockMark } from './lock-mark.tsx';
export { LockNote } from './lock-note.tsx';
