/** Composer, banner and notices. */
export const composerCss: string = `
.composer{flex:none;padding:0 var(--_s4) var(--_s4);background:var(--_composer-bg)}
.composer-box{display:flex;align-items:flex-end;border:1px solid var(--_field-border);border-radius:calc(var(--_composer-radius)*1.2);background:var(--_bg);transition:border-color .15s;cursor:text}
.composer-box:focus-within{border-color:var(--_focus-ring);box-shadow:inset 0 0 0 1px var(--_focus-ring)}
.composer-field{flex:1;min-width:0;max-height:134px;padding:12px var(--_s5);font-size:max(16px,var(--_font-size));line-height:22px;resize:none;overflow-y:auto;outline:none;scrollbar-width:thin}
.composer-field::placeholder,.field input::placeholder{color:var(--_muted);opacity:1}
.send{position:relative;flex:none;display:grid;place-items:center;width:40px;height:40px;margin:3px;border-radius:min(50%,var(--_composer-radius));background:var(--_accent);color:var(--_on-accent);transition:filter .15s,transform .1s;animation:pop .16s var(--_easing)}
.send::after{content:"";position:absolute;inset:-4px}
.send[hidden]{display:none}
.send:hover{filter:brightness(1.08)}
.send:active{transform:scale(.93)}
@keyframes pop{from{opacity:0;transform:scale(.6)}}
.counter{padding:4px var(--_s3) 0;text-align:end;font-size:var(--_font-size-xs);color:var(--_muted);font-variant-numeric:tabular-nums}

.banner{flex:none;display:flex;flex-wrap:wrap;align-items:center;gap:2px 12px;padding:10px var(--_s5);font-size:var(--_font-size-sm);line-height:1.4;background:color-mix(in oklab,var(--_away) 13%,var(--_bg));color:var(--_fg);border-bottom:1px solid color-mix(in oklab,var(--_away) 28%,var(--_bg));animation:fade .2s}
.banner[data-banner=none]{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);padding:0;border:0}
.banner[data-banner=back]{background:color-mix(in oklab,var(--_success) 13%,var(--_bg));border-color:color-mix(in oklab,var(--_success) 28%,var(--_bg))}
.banner-text{display:flex;gap:8px;flex:1 1 220px;text-wrap:pretty}
.banner-text .icon{margin-top:1px;color:var(--_away)}
[data-banner=back] .banner-text .icon{color:var(--_success)}
.banner-retry{display:flex;align-items:center;gap:12px;padding-inline-start:24px;flex:1 0 auto;justify-content:space-between;color:var(--_muted);font-variant-numeric:tabular-nums}
.banner .text-button{min-height:24px;color:var(--_link)}
.notice{flex:none;display:flex;align-items:flex-start;gap:var(--_s3);padding:8px var(--_s3) 8px var(--_s5);font-size:var(--_font-size-sm);line-height:1.4;background:var(--_surface);border-bottom:1px solid var(--_border)}
.notice p{flex:1;padding:6px 0}
.barred{flex:none;display:flex;flex-wrap:wrap;align-items:center;gap:var(--_s3) var(--_s4);margin:0 var(--_s4) var(--_s4);padding:var(--_s4);border-radius:min(14px,var(--_radius));background:var(--_surface)}
.barred p{flex:1 1 180px}
`;
