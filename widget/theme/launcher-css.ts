import { readableOn } from './contrast.ts';

/**
 * The launcher's look, small enough for the loader. It expects, in the shadow root:
 *
 *   <button part="launcher" aria-expanded="false">
 *     <span class="open"><slot name="launcher-icon">an svg of 24 px</slot></span>
 *     <span class="close">an svg of 24 px</span>
 *     <span part="badge" hidden>3</span>
 *   </button>
 *
 * Attributes of the host that it reads: `position="left"`, `mode="inline"`, `hidden` (also as `data-…`).
 * `!important` in `:host` beats a page's own `!important`; the button resets what it inherits.
 */
export const launcherCss: string = `:host{display:contents!important;zoom:1!important}
:host([mode=inline]),:host([data-mode=inline]){display:block!important}
:host([hidden]){display:none!important}
[part~=launcher]{all:initial;color-scheme:var(--_scheme,light dark);
--_accent:var(--natter-accent,var(--_pick-accent,light-dark(#4f46e5,#5d5bf0)));
--_launcher-bg:var(--natter-launcher-bg,var(--_accent));
--_launcher-fg:var(--natter-launcher-fg,${readableOn('var(--_launcher-bg)')});
--_size:var(--natter-launcher-size,60px);
position:fixed;z-index:var(--natter-z-index,2147483000);
right:calc(var(--natter-offset-x,20px) + env(safe-area-inset-right,0px));
bottom:calc(var(--natter-offset-y,20px) + env(safe-area-inset-bottom,0px));
width:var(--_size);height:var(--_size);box-sizing:border-box;display:grid;place-items:center;border-radius:50%;
background:var(--_launcher-bg);color:var(--_launcher-fg);box-shadow:0 8px 24px rgb(0 0 0/.16);cursor:pointer;
-webkit-tap-highlight-color:transparent;touch-action:manipulation;transition:transform .15s}
:host([position=left]) [part~=launcher],:host([data-position=left]) [part~=launcher]{right:auto;left:calc(var(--natter-offset-x,20px) + env(safe-area-inset-left,0px))}
[part~=launcher]:hover{transform:scale(1.05)}
[part~=launcher]:active{transform:scale(.95)}
[part~=launcher]:focus-visible{outline:2px solid var(--natter-focus-ring,var(--_launcher-bg));outline-offset:3px;box-shadow:0 0 0 3px #fff}
[part~=launcher]>.open,[part~=launcher]>.close{grid-area:1/1;display:grid;width:24px;height:24px;transition:transform .3s,opacity .3s}
[part~=launcher]>.close,[part~=launcher][aria-expanded=true]>.open{opacity:0;transform:rotate(-90deg)}
[part~=launcher][aria-expanded=true]>.open{transform:rotate(90deg)}
[part~=launcher][aria-expanded=true]>.close{opacity:1;transform:none}
[part~=badge]{position:absolute;top:-4px;right:-4px;min-width:20px;height:20px;padding:0 5px;box-sizing:border-box;border-radius:10px;
background:var(--natter-unread,#c4261d);color:#fff;box-shadow:0 0 0 2px light-dark(#fff,#16181d);
font:600 12px/20px system-ui,sans-serif;text-align:center}
[part~=badge][hidden]{display:none}
@media (max-width:667px),(max-height:420px){[part~=launcher][aria-expanded=true]{visibility:hidden}}
@media (prefers-reduced-motion:reduce){[part~=launcher],[part~=launcher]>*{transition:opacity .2s;transform:none!important}}
@media (forced-colors:active){[part~=launcher],[part~=badge]{border:2px solid ButtonText}}
`;
