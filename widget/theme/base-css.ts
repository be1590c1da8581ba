import { tokenRules } from './tokens.ts';

/** The wrapper resets what leaks in by inheritance, then declares the tokens and what all parts share. */
export const baseCss: string = `
.natter{all:initial;display:contents;color-scheme:var(--_scheme,light dark);${tokenRules()}
--_field-border:color-mix(in oklab,var(--_muted) 68%,var(--_bg));
--_hover:color-mix(in oklab,var(--_fg) 7%,transparent);
--_s1:calc(var(--_spacing)*.5);--_s2:var(--_spacing);--_s3:calc(var(--_spacing)*2);--_s4:calc(var(--_spacing)*3);
--_s5:calc(var(--_spacing)*4);--_s6:calc(var(--_spacing)*5);--_s7:calc(var(--_spacing)*6)}
.natter[dir=rtl]{direction:rtl}
:where(.natter) *,:where(.natter) ::before,:where(.natter) ::after{box-sizing:border-box}
:where(.natter :is(h2,h3,p,ul)){margin:0;padding:0;font:inherit;list-style:none}
:where(.natter :is(button,input,textarea)){margin:0;padding:0;border:0;background:none;font:inherit;color:inherit;letter-spacing:inherit;text-align:inherit;border-radius:0;appearance:none}
:where(.natter button){cursor:pointer;-webkit-tap-highlight-color:transparent;touch-action:manipulation}
:where(.natter button:disabled){cursor:default}
.natter [hidden]{display:none}
:where(.natter :focus){outline:none}
:where(.natter :focus-visible){outline:2px solid var(--_focus-ring);outline-offset:2px}
.icon{display:block;flex:none;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
:is(.anchor,.header)>:is(.icon-button[aria-haspopup],span.icon-button) .icon{stroke-width:2.8}

.panel{display:flex;flex-direction:column;overflow:hidden;position:relative;
background:var(--_bg);color:var(--_fg);font:400 var(--_font-size)/var(--_line-height) var(--_font);
text-align:start;-webkit-font-smoothing:antialiased;-webkit-text-size-adjust:100%;text-size-adjust:100%;cursor:default}
.panel.inline{width:100%;height:100%;min-height:280px;border:1px solid var(--_border);border-radius:var(--_panel-radius)}
.panel.launcher{position:fixed;z-index:var(--natter-z-index,2147483000);
right:calc(var(--natter-offset-x,20px) + env(safe-area-inset-right,0px));
bottom:calc(var(--natter-offset-y,20px) + var(--natter-launcher-size,60px) + 12px + env(safe-area-inset-bottom,0px));
width:min(var(--_panel-width),100vw - 40px);height:min(var(--_panel-height),100dvh - 104px);
border-radius:var(--_panel-radius);box-shadow:0 0 0 1px color-mix(in oklab,var(--_border) 60%,transparent),var(--_panel-shadow);
transform-origin:100% 100%;animation:panel-in calc(var(--_duration)*1.25) var(--_easing)}
:host([position=left]) .panel.launcher{right:auto;left:calc(var(--natter-offset-x,20px) + env(safe-area-inset-left,0px));transform-origin:0 100%}
@keyframes panel-in{from{opacity:0;transform:translateY(12px) scale(.97)}80%{opacity:1}}
.body{position:relative;flex:1;min-height:0;display:flex;flex-direction:column}
.conversation{flex:1;min-height:0;display:flex;flex-direction:column}

.icon-button{flex:none;display:grid;place-items:center;width:40px;height:40px;border-radius:min(20px,calc(var(--_radius)*1.25));color:var(--_muted);transition:background .15s,color .15s}
:is(.primary,.secondary){min-height:44px;padding:0 var(--_s6);border-radius:min(22px,calc(var(--_radius)*.75));font-weight:var(--_font-weight-strong);text-align:center;transition:filter .15s,background .15s}
.primary{background:var(--_accent);color:var(--_on-accent)}
.primary:disabled{background:var(--_surface);color:var(--_muted);filter:none}

.page{margin:auto;width:100%;max-width:360px;padding:var(--_s7);display:flex;flex-direction:column;overflow-wrap:anywhere}
.page-title{font-size:20px;line-height:1.3;font-weight:var(--_font-weight-strong);letter-spacing:-.01em}
.mark{display:grid;place-items:center;flex:none;width:56px;height:56px;margin-bottom:var(--_s5);border-radius:50%;font-size:20px;font-weight:var(--_font-weight-strong);color:var(--_link);background:color-mix(in oklab,var(--_accent) 12%,var(--_bg))}
.mark .icon{stroke-width:1.75}
.hint{color:var(--_muted)}
.page .hint{margin-top:var(--_s2)}
.field{display:flex;flex-direction:column;gap:6px;margin-top:var(--_s7)}
.field-label{font-size:var(--_font-size-sm);font-weight:var(--_font-weight-strong)}
.field input{height:48px;padding:0 var(--_s4);font-size:16px;background:var(--_bg);border:1px solid var(--_field-border);border-radius:min(14px,calc(var(--_radius)*.75));transition:border-color .15s,box-shadow .15s;cursor:text}
.field input:focus-visible{outline-offset:-1px}
.page-actions{display:flex;flex-direction:column;gap:var(--_s3);margin-top:var(--_s5)}
@keyframes fade{from{opacity:0}}
@keyframes rise{from{opacity:0;transform:translateY(6px)}}
`;
