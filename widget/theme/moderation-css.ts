/** What moderators and those under their rules see. It is adopted after the actions' sheet. */
export const moderationCss: string = `
.person-text{flex:1}
.pane .overlay{inset:0}
.person .icon-button.small{flex:none;color:var(--_muted)}
.person .text-button{flex:none;min-height:32px;font-size:var(--_font-size-sm)}
.standing{padding:1px 7px;border-radius:9px;background:var(--_surface);box-shadow:inset 0 0 0 1px var(--_border);font-size:var(--_font-size-xs);font-weight:500;color:var(--_muted);white-space:nowrap}
.switch-label{flex:1;text-align:start}
.menu [aria-checked=true] .icon:last-child{color:var(--_link)}
.report{align-items:flex-start;background:color-mix(in oklab,var(--_danger) 8%,var(--_bg))}
.report>.icon{flex:none;margin-top:8px;color:var(--_danger)}
.report-text{flex:1;min-width:0;padding:var(--_s2) 0 0}
.report-text p{padding:2px 0;overflow-wrap:anywhere}
.report-quote{margin:var(--_s2) 0 0;padding-inline-start:var(--_s3);border-inline-start:3px solid var(--_border);max-height:4.35em;overflow:hidden;overflow-wrap:anywhere;color:var(--_muted)}
.report-actions{display:flex;gap:var(--_s5)}
.report-actions .text-button{min-height:32px;font-size:var(--_font-size-sm)}
.report-actions .danger{color:var(--_danger)}
.slow-note{flex:none;padding:0 var(--_s5) var(--_s2);font-size:var(--_font-size-sm);color:var(--_muted);font-variant-numeric:tabular-nums}
@media (forced-colors:active){.standing{border:1px solid}}
`;
