export { enCodes } from '../i18n/en-codes.ts';
export { codesCss } from '../theme/codes-css.ts';
export { Alone } from './alone.tsx';
export { Codes } from './codes-pane.tsx';
export { Fingerprint, Unverified } from './fingerprint.tsx';
