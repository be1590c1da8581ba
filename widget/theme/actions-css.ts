/** What can be done with messages: toolbar, menu or sheet, editor, details. It is adopted after the extras' sheet. */
export const actionsCss: string = `
.tools{position:absolute;z-index:2;top:2px;inset-inline-start:calc(100% + 4px);display:flex;padding:2px;border-radius:min(10px,var(--_radius));background:light-dark(var(--_bg),var(--_surface));box-shadow:0 0 0 1px var(--_border),0 2px 8px rgb(0 0 0/.08);color:var(--_muted);font-size:var(--_font-size);animation:fade .1s}
.me .tools{inset-inline:auto calc(100% + 4px)}
.tool{display:grid;place-items:center;width:30px;height:30px;border-radius:min(8px,var(--_radius));transition:background .15s,color .15s}
.tool:last-child .icon{stroke-width:2.8}
.tool:hover{background:var(--_hover);color:var(--_fg)}
.tool:focus-visible{outline-offset:-2px}

.overlay{position:absolute;inset:-100px 0 0;z-index:5}
.scrim{position:absolute;inset:0;width:100%;cursor:default}
.actions.menu{inset-inline-end:auto;min-width:0;max-width:calc(100% - 16px);text-align:start}
.actions.menu:focus{outline:none}
.emojis{display:flex;gap:2px}
.emojis button{display:grid;place-items:center;width:40px;padding:0;font-size:22px;line-height:1;border-radius:min(10px,var(--_radius))}
.emojis button[aria-checked=true]{background:color-mix(in oklab,var(--_accent) 18%,transparent);box-shadow:inset 0 0 0 1.5px var(--_focus-ring)}
.emojis+button{margin-top:4px}
.question{width:252px;padding:var(--_s4)}
.question p{font-weight:500;text-wrap:pretty}
.question-actions{display:flex;gap:var(--_s3);margin-top:var(--_s4)}
.menu .question-actions button{flex:1;justify-content:center;padding:0 var(--_s3)}
.menu .primary.danger{background:var(--_danger);color:var(--_bg)}
.toast{position:absolute;z-index:4;bottom:84px;left:50%;translate:-50%;padding:6px 14px;border-radius:16px;background:var(--_fg);color:var(--_bg);font-size:var(--_font-size-sm);animation:rise .14s}

.message .bubble:has(.editor){width:100%;max-width:100%;padding:var(--_s3);background:var(--_bg);color:var(--_fg);box-shadow:inset 0 0 0 1px var(--_focus-ring);border-radius:min(16px,var(--_bubble-radius));font-size:inherit}
.editor{display:flex;flex-direction:column;gap:var(--_s2)}
.editor-field{width:100%;max-height:132px;padding:2px var(--_s2);font-size:max(16px,var(--_font-size));line-height:22px;resize:none;outline:none;scrollbar-width:thin}
.editor-actions{display:flex;justify-content:flex-end;align-items:center;gap:var(--_s5)}
.editor-actions .primary{min-height:32px;padding:0 var(--_s5);font-size:var(--_font-size-sm)}
.editor-actions .text-button{min-height:32px;font-size:var(--_font-size-sm)}

.details{flex:1;min-height:0;overflow-y:auto;padding:var(--_s2) var(--_s5) var(--_s5)}
.quote{margin:0;max-height:7.25em;overflow:hidden;padding:var(--_s3) var(--_s4);border-radius:min(14px,var(--_bubble-radius));background:var(--_surface);white-space:pre-wrap;overflow-wrap:anywhere;display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:4}
.details .hint{margin-top:var(--_s3);font-size:var(--_font-size-sm)}
.facts{margin-top:var(--_s2);font-size:var(--_font-size-sm)}
.receipts{margin-top:var(--_s4);padding:var(--_s2) 0;border-top:1px solid var(--_border)}

@media (pointer:coarse){
.bubble{-webkit-touch-callout:none}
.overlay{background:rgb(0 0 0/.4);animation:fade .15s}
.actions.menu{top:auto;bottom:0;left:0;width:100%;max-width:none;padding:var(--_s3) var(--_s3) max(var(--_s3),env(safe-area-inset-bottom,0px));border-radius:min(20px,calc(var(--_radius)*1.25)) min(20px,calc(var(--_radius)*1.25)) 0 0;animation:rise .18s var(--_easing)}
.actions.question{padding:var(--_s5) var(--_s5) max(var(--_s5),env(safe-area-inset-bottom,0px))}
.actions button{min-height:48px;font-size:16px}
.emojis{justify-content:space-between}
.emojis button{width:48px;font-size:26px;border-radius:50%}
}
@media (prefers-reduced-motion:reduce){.toast,.actions.menu{animation-name:fade}}
@media (forced-colors:active){.tools,.actions.menu,.toast,.quote{border:1px solid}}
`;
