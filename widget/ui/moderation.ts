export { enModeration } from '../i18n/en-moderation.ts';
export { moderationCss } from '../theme/moderation-css.ts';
export { PersonMenu } from './person-menu.tsx';
export { Kept, PersonMark, PersonTools } from './person-tools.tsx';
export { Reports } from './reports.tsx';
export { RoomSwitches } from './room-switches.tsx';
export { WritingNote } from './writing-note.tsx';
