/**
 * The launcher's look from its first use on. Besides what launcher-css.ts names, it expects:
 *
 *   <button part="launcher" aria-expanded="false">
 *     <span class="open">…</span><span class="close">an svg</span><span part="badge" hidden>3</span>
 *   </button>
 */
export const launcherOpenCss: string = `[part~=launcher]{
&:active{transform:scale(.95)}
span:not([part]){transition:.3s}
.close,&[aria-expanded=true] .open{opacity:0;transform:rotate(-90deg)}
&[aria-expanded=true] .open{transform:rotate(90deg)}
&[aria-expanded=true] .close{opacity:1;transform:none}
@media (max-width:667px),(max-height:420px){&[aria-expanded=true]{visibility:hidden}}
}
[part~=badge]{position:absolute;top:-4px;right:-4px;min-width:10px;padding:0 5px;border-radius:10px;
background:var(--natter-unread,#c4261d);color:#fff;box-shadow:0 0 0 2px light-dark(#fff,#16181d);
font:600 12px/20px system-ui;text-align:center}
[part~=badge][hidden]{display:none}
@media (prefers-reduced-motion){[part~=launcher],[part~=launcher] span{transition:none}}
`;
