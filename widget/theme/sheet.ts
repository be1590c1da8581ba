import { baseCss } from './base-css.ts';
import { composerCss } from './composer-css.ts';
import { headerCss } from './header-css.ts';
import { listCss } from './list-css.ts';

/** Comes last: where the device or the visitor's settings change the rules above. */
const adaptations = `
@media (max-width:667px),(max-height:420px){
.panel.launcher{inset:0 auto auto 0;width:100%;height:100dvh;border-radius:0;box-shadow:none;padding:env(safe-area-inset-top,0px) env(safe-area-inset-right,0px) 0 env(safe-area-inset-left,0px)}
.panel.launcher .composer{padding-bottom:max(var(--_s4),env(safe-area-inset-bottom,0px))}
:host([position=left]) .panel.launcher{left:0}
}
@media (prefers-reduced-motion:reduce){
.panel.launcher,.day:last-child>.message:last-child,.send{animation-name:fade}
.dots i,.chip-mark,.skeleton span{animation:none!important}
}
`;

/** The panel's whole sheet, to be adopted by its shadow root. */
export const panelCss: string = baseCss + headerCss + listCss + composerCss + adaptations;
