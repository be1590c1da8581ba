/** Header, avatars and path chip. */
export const headerCss: string = `
.header{flex:none;display:flex;align-items:center;gap:var(--_s2);min-height:60px;padding-block:6px;padding-inline:var(--_s5) var(--_s3);background:var(--_header-bg);color:var(--_header-fg);border-bottom:1px solid var(--_border);position:relative;z-index:4}
.header-text{flex:1;min-width:0;display:flex;flex-direction:column;align-items:flex-start}
.title{max-width:100%;font-size:16px;line-height:1.3;font-weight:var(--_font-weight-strong);letter-spacing:-.005em;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}

.avatar{--_hue:264;flex:none;display:grid;place-items:center;width:32px;height:32px;border-radius:50%;overflow:hidden;font-size:12px;font-weight:600;line-height:1;letter-spacing:.01em;
background:light-dark(oklch(.915 .045 var(--_hue)),oklch(.37 .07 var(--_hue)));color:light-dark(oklch(.42 .12 var(--_hue)),oklch(.9 .05 var(--_hue)))}
.tint1{--_hue:18}.tint2{--_hue:58}.tint3{--_hue:100}.tint4{--_hue:150}.tint5{--_hue:200}.tint6{--_hue:305}.tint7{--_hue:345}

.anchor{position:relative;flex:none}
.chip{--_tone:var(--_muted);display:flex;align-items:center;gap:6px;height:26px;padding:0 10px 0 8px;border-radius:13px;font-size:12px;font-weight:500;line-height:1;color:var(--_header-fg);background:color-mix(in oklab,var(--_tone) 13%,var(--_header-bg));white-space:nowrap;cursor:help}
.chip-mark{width:8px;height:8px;border-radius:50%;background:var(--_tone);flex:none}
.chip[data-path=connecting] .chip-mark{animation:breathe 1s ease-in-out infinite alternate}
@keyframes breathe{from{opacity:.25}}

`;
