import { readableOn } from './contrast.ts';

/**
 * The launcher's look until it is first used: all that the loader carries, for its budget's sake (the rest comes with
 * the panel, in launcher-open-css.ts). It expects, in the shadow root:
 *
 *   <button part="launcher"><span class="open"><slot name="launcher-icon">an svg</slot></span></button>
 *
 * Attributes of the host that it reads: `position="left"`, `mode="inline"`, `hidden`.
 * `!important` in `:host` beats a page's own `!important`; the button resets what it inherits. The offsets are the
 * panel's too (base-css.ts).
 */
export const launcherCss: string = `:host{display:contents!important;zoom:1!important}
:host([mode=inline]){display:block!important}
:host([hidden]){display:none!important}
[part~=launcher]{all:initial;color-scheme:var(--_scheme,light dark);
--_b:var(--natter-launcher-bg,var(--natter-accent,var(--_pick-accent,light-dark(#4f46e5,#5d5bf0))));
position:fixed;z-index:var(--natter-z-index,2147483000);
right:calc(var(--natter-offset-x,20px) + env(safe-area-inset-right));
bottom:calc(var(--natter-offset-y,20px) + env(safe-area-inset-bottom));
width:var(--natter-launcher-size,60px);aspect-ratio:1;display:grid;place-items:center;border-radius:50%;
background:var(--_b);color:var(--natter-launcher-fg,${readableOn('var(--_b)')});font:600 14px system-ui;
box-shadow:0 8px 24px rgb(0 0 0/.16);cursor:pointer;transition:.15s;-webkit-tap-highlight-color:#0000;
:host([position=left]) &{right:auto;left:calc(var(--natter-offset-x,20px) + env(safe-area-inset-left))}
&:hover{transform:scale(1.05)}
&:focus-visible{outline:2px solid var(--natter-focus-ring,var(--_b));outline-offset:3px;box-shadow:0 0 0 3px #fff}
span:not([part]){grid-area:1/1}
svg{display:block;width:24px;height:24px}
@media (forced-colors:active){border:2px solid}
}`;
