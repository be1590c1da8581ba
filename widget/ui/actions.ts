export { actionsCss } from '../theme/actions-css.ts';
export { Details } from './details.tsx';
export { Editor } from './editor.tsx';
export { MessageActions } from './message-actions.tsx';
export { Toolbar } from './toolbar.tsx';
