/** What an encrypted room has besides: its lock, where keys are entered, and the invitation. Adopted after the extras' sheet. */
export const locksCss: string = `
.lock-mark{display:inline-grid;margin-inline-start:6px;vertical-align:-1px;color:var(--_muted)}
.lock-note{flex:none;display:flex;flex-wrap:wrap;align-items:center;gap:var(--_s3) var(--_s4);margin:0 var(--_s4) var(--_s3);padding:var(--_s3) var(--_s4);border-radius:min(14px,var(--_radius));background:color-mix(in oklab,var(--_away) 13%,var(--_bg));font-size:var(--_font-size-sm);line-height:1.4}
.lock-note .icon{color:var(--_muted)}
.lock-note p{flex:1 1 180px;text-wrap:pretty}
.lock-note[data-lock=all]{margin-bottom:var(--_s4);padding:var(--_s4)}
.lock-note[data-lock=all]~.composer{display:none}
.lock-actions{display:flex;flex-wrap:wrap;align-items:center;gap:var(--_s4);margin-inline-start:auto}
.lock-actions .secondary{min-height:36px;padding:0 var(--_s5)}
.lock-actions .text-button{min-height:36px}
.key-problem{color:var(--_danger);font-size:var(--_font-size-sm);margin-top:var(--_s3)}
.key-problem:empty{margin:0}
.invitation{flex:1;min-height:0;overflow-y:auto;display:flex;flex-direction:column;gap:var(--_s4);padding:var(--_s2) var(--_s5) var(--_s5)}
.invitation>*{flex:none}
.link-field{margin-top:0;flex-direction:row;gap:var(--_s3)}
.link-field input{flex:1;min-width:0;height:44px;text-overflow:ellipsis;font-size:16px}
.link-field .primary{flex:none;display:flex;align-items:center;gap:var(--_s3);padding:0 var(--_s5)}
.qr{align-self:center;width:min(240px,100%);aspect-ratio:1;border-radius:min(14px,var(--_radius));background:#fff;overflow:hidden;forced-color-adjust:none}
.qr svg{display:block;width:100%;height:100%;fill:#000}
.new-key{margin-top:var(--_s3);font-size:var(--_font-size-sm);text-wrap:pretty}
.message.marked .bubble{background:none;color:var(--_muted);font-style:italic;box-shadow:inset 0 0 0 1px var(--_border)}
@media (forced-colors:active){.lock-note,.qr{border:1px solid}}
`;
