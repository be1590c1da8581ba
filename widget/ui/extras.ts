export { extrasCss } from '../theme/extras-css.ts';
export { Announcer } from './announcer.tsx';
export { Banner } from './banner.tsx';
export { keepFullScreen } from './full-screen.ts';
export { Left } from './left.tsx';
export { Members } from './members.tsx';
export { MenuList } from './menu.tsx';
export { BarredNote, Notices } from './notices.tsx';
export { Rename } from './rename.tsx';
