/** The composer. */
export const composerCss: string = `
.composer{flex:none;padding:0 var(--_s4) var(--_s4);background:var(--_composer-bg)}
.composer-box{display:flex;align-items:flex-end;border:1px solid var(--_field-border);border-radius:calc(var(--_composer-radius)*1.2);background:var(--_bg);transition:border-color .15s;cursor:text}
.composer-box:focus-within{border-color:var(--_focus-ring);box-shadow:inset 0 0 0 1px var(--_focus-ring)}
.composer-field{flex:1;min-width:0;max-height:134px;padding:12px var(--_s5);font-size:max(16px,var(--_font-size));line-height:22px;resize:none;overflow-y:auto;outline:none;scrollbar-width:thin}
.composer-field::placeholder,.field input::placeholder{color:var(--_muted);opacity:1}
.send{position:relative;flex:none;display:grid;place-items:center;width:40px;height:40px;margin:3px;border-radius:min(50%,var(--_composer-radius));background:var(--_accent);color:var(--_on-accent);transition:filter .15s,transform .1s;animation:pop .16s var(--_easing)}
.send[hidden]{display:none}

`;
