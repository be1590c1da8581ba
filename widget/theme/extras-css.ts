import { polishCss } from './polish-css.ts';

/** Panes, menu, banner and notices. */
const panesCss = `
.pane{position:absolute;inset:0;z-index:3;display:flex;flex-direction:column;background:var(--_bg);animation:fade .15s}
.menu{position:absolute;top:calc(100% + 4px);inset-inline-end:-4px;min-width:208px;padding:6px;border-radius:min(14px,var(--_radius));background:light-dark(var(--_bg),var(--_surface));box-shadow:0 0 0 1px var(--_border),0 10px 32px rgb(0 0 0/.18);animation:fade .12s}
.menu button{display:flex;align-items:center;gap:12px;width:100%;min-height:40px;padding:0 12px;border-radius:min(9px,var(--_radius));white-space:nowrap}
.menu .icon{color:var(--_muted)}
.menu button:is(:hover,:focus-visible){background:var(--_hover)}
.menu .switch-item{width:272px;max-width:calc(100vw - 40px);padding-block:9px;align-items:flex-start;white-space:normal;text-align:start}
.switch-item>.icon{flex:none;margin-top:1px}
.switch-text{flex:1;min-width:0;display:flex;flex-direction:column;gap:2px;line-height:1.35}
.switch-meaning{font-size:var(--_font-size-sm);color:var(--_muted);text-wrap:pretty}
.switch{position:relative;flex:none;width:32px;height:20px;margin-top:1px;border-radius:10px;outline:1.5px solid var(--_muted);outline-offset:-1.5px;transition:background .15s}
.switch::after{content:"";position:absolute;top:4px;inset-inline-start:4px;border:6px solid var(--_muted);border-radius:50%;transition:inset-inline-start .15s}
[aria-checked=true] .switch{background:var(--_accent);outline-color:var(--_focus-ring)}
[aria-checked=true] .switch::after{inset-inline-start:16px;border-color:var(--_on-accent)}
.menu .danger,.menu .danger .icon{color:var(--_danger)}
.pane-header{flex:none;display:flex;align-items:center;gap:var(--_s2);padding:6px var(--_s3)}
[dir=rtl] .pane-header .icon{transform:scaleX(-1)}
.pane-title{flex:1;font-weight:var(--_font-weight-strong)}
.pane-count{padding-inline-end:var(--_s3);font-size:var(--_font-size-sm);color:var(--_muted);font-variant-numeric:tabular-nums}
.people{flex:1;min-height:0;overflow-y:auto;padding:var(--_s1) var(--_s5) var(--_s5)}
.person{display:flex;align-items:center;gap:var(--_s4);padding:var(--_s3) 0}
.presence-anchor{position:relative;flex:none}
.dot{position:absolute;inset-inline-end:-1px;bottom:-1px;width:10px;height:10px;border-radius:50%;background:var(--_online);box-shadow:0 0 0 2px var(--_bg)}
.person-text{min-width:0;display:flex;flex-direction:column}
.person-name{display:flex;align-items:center;gap:var(--_s3);font-weight:500;overflow-wrap:anywhere;line-height:1.35}
.you{flex:none;padding:1px 6px;border-radius:6px;background:var(--_surface);color:var(--_muted);font-size:var(--_font-size-xs);font-weight:var(--_font-weight-strong)}
.person-path{font-size:var(--_font-size-sm);color:var(--_muted)}
.more{padding:var(--_s3) 0}
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
.status-actions{display:flex;gap:4px;padding-inline-start:3px}
.empty{margin:auto;padding:var(--_s6) 0;display:flex;flex-direction:column;align-items:center;text-align:center;max-width:300px;overflow-wrap:anywhere}
.empty .hint{margin-top:2px}
.starters{display:flex;flex-wrap:wrap;justify-content:center;gap:var(--_s3);margin-top:var(--_s6)}
.starter{min-height:40px;padding:0 var(--_s5);border-radius:min(20px,calc(var(--_radius)*1.25));border:1px solid color-mix(in oklab,var(--_accent) 45%,var(--_border));color:var(--_link);font-weight:500;transition:background .15s}
`;

/** Rules of the first look's parts for what they show only later. */
const laterCss = `
.presence{display:flex;align-items:center;gap:6px;min-height:24px;margin-inline-start:-2px;padding:0 6px 0 2px;border-radius:12px;font-size:12px;line-height:1;color:var(--_muted);white-space:nowrap;font-variant-numeric:tabular-nums;transition:color .15s}
.faces{display:flex}
.faces .avatar+.avatar{margin-inline-start:-5px}
.faces .avatar{box-shadow:0 0 0 1.5px var(--_header-bg)}
.avatar.small{width:20px;height:20px;font-size:10px;letter-spacing:0}
.chip::after{content:"";position:absolute;inset:-7px 0}
.chip[data-path=direct]{--_tone:var(--_online)}
.chip[data-path=mixed]{--_tone:var(--_online)}
.chip[data-path=mixed] .chip-mark{background:linear-gradient(90deg,var(--_tone) 50%,transparent 50%);box-shadow:inset 0 0 0 1.5px var(--_tone)}
.chip[data-path=relayed]{--_tone:light-dark(#2563eb,#60a5fa)}
.chip[data-path=relayed] .chip-mark{background:none;box-shadow:inset 0 0 0 2px var(--_tone)}
.chip[data-path=offline]{--_tone:var(--_offline)}
.chip[data-path=offline] .chip-mark{height:2px;border-radius:1px}
.chip[data-path=waiting]{--_tone:var(--_away)}
.chip[data-path=waiting] .chip-mark{background:none;box-shadow:inset 0 0 0 2px var(--_tone)}
.tip,.stamp{position:absolute;visibility:hidden}
.message:focus-visible{outline-offset:3px}
.message.emoji .bubble{padding:2px 4px;background:none;font-size:32px;line-height:1.2}
.message.failed{margin-bottom:6px}
.failed .bubble{background:color-mix(in oklab,var(--_danger) 12%,var(--_bg));color:var(--_fg);box-shadow:inset 0 0 0 1px var(--_danger)}
.bubble a{color:var(--_link);text-decoration:underline;text-underline-offset:2px;text-decoration-thickness:1px;border-radius:3px}
.me:not(.failed) .bubble a{color:inherit}
.status{display:flex;align-items:center;gap:3px}
.status[data-status=failed]{color:var(--_danger);font-weight:500}
.status .text-button{color:var(--_danger);position:relative;text-decoration-color:currentColor}
.status .text-button::after{content:"";position:absolute;inset:-6px -3px}
.typing-text{min-width:0;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.dots{display:flex;gap:3px;padding:0 2px}
.dots i{width:6px;height:6px;border-radius:50%;background:currentColor;animation:dot 1.2s ease-in-out infinite}
.dots i:nth-child(2){animation-delay:.15s}.dots i:nth-child(3){animation-delay:.3s}
@keyframes dot{0%,60%,100%{opacity:.35;transform:none}30%{opacity:1;transform:translateY(-3px)}}
.lead{font-size:17px;font-weight:var(--_font-weight-strong);line-height:1.35}
.send::after{content:"";position:absolute;inset:-4px}
@keyframes pop{from{opacity:0;transform:scale(.6)}}
`;

/** What others made of a message, and what became of it. */
const marksCss = `
.edited{font-size:var(--_font-size-xs);white-space:nowrap}
.message.deleted .bubble{background:none;color:var(--_muted);font-style:italic;box-shadow:inset 0 0 0 1px var(--_border)}
.reactions{display:flex;flex-wrap:wrap;gap:4px;margin-top:4px;max-width:100%}
.message:not(.last) :is(.reactions,.meta){margin-bottom:4px}
.me .reactions{justify-content:flex-end}
.reaction{display:flex;align-items:center;gap:5px;min-height:26px;padding:0 9px 0 7px;border-radius:13px;background:var(--_surface);box-shadow:inset 0 0 0 1px var(--_border);font-size:12px;line-height:1;font-weight:500;font-variant-numeric:tabular-nums;color:var(--_fg);transition:background .15s}
.reaction span{font-size:14px}
.reaction[aria-pressed=true]{background:color-mix(in oklab,var(--_accent) 14%,var(--_bg));box-shadow:inset 0 0 0 1.5px var(--_focus-ring);color:var(--_link)}
.reactions .tip{top:auto;bottom:calc(100% + 6px);z-index:3;inset-inline:0 auto;padding:5px 10px;font-size:12px}
.me .reactions .tip{inset-inline:auto 0}
.reaction:is(:hover,:focus-visible)+.tip{visibility:visible;opacity:1}
.reaction:hover+.tip{transition-delay:.3s}
.status[data-status=read] .icon{color:var(--_link)}
.seen{display:flex;align-items:center;gap:3px}
.seen .avatar.small{width:16px;height:16px;font-size:9px;box-shadow:0 0 0 1.5px var(--_bg)}
.seen .avatar+.avatar{margin-inline-start:-4px}
.away .avatar{filter:grayscale(.85)}
.away-title{margin:var(--_s4) 0 var(--_s1);font-size:var(--_font-size-sm);font-weight:var(--_font-weight-strong);color:var(--_muted)}
`;

/** The sheet of what comes after the first look (widget/ui/extras.ts). It is adopted after the panel's. */
export const extrasCss: string = laterCss + panesCss + marksCss + polishCss;
