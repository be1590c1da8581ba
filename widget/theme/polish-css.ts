/** What shows only on hover, focus or scrolling, or where colours are forced: it comes after the first look. */
export const polishCss: string = `
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:pre-line}
.icon-button:hover,.icon-button[aria-expanded=true]{background:var(--_hover);color:var(--_fg)}
.icon-button.small{width:32px;height:32px}
.text-button{color:var(--_link);font-weight:var(--_font-weight-strong);border-radius:4px;text-decoration:underline transparent;text-underline-offset:2px;transition:text-decoration-color .15s}
.text-button:hover{text-decoration-color:currentColor}
.text-button[aria-disabled=true]{opacity:0;cursor:default}
.primary:hover{filter:brightness(1.07)}
.secondary{border:1px solid color-mix(in oklab,var(--_fg) 20%,var(--_bg))}
.secondary:hover{background:var(--_hover)}
.presence:hover{color:var(--_header-fg)}
.send:hover{filter:brightness(1.08)}
.send:active{transform:scale(.93)}
.counter{padding:4px var(--_s3) 0;text-align:end;font-size:var(--_font-size-xs);color:var(--_muted);font-variant-numeric:tabular-nums}
@container scroll-state(stuck:top){.list:not([data-scrolling]) .day-pill span{opacity:0}}
.earlier{align-self:center;margin:var(--_s4) 0 0;font-size:var(--_font-size-sm);color:var(--_muted)}
.me:not(.failed) .bubble a:focus-visible{outline-color:currentColor}
.stamp{z-index:3;bottom:100%;inset-inline-start:40px;margin-bottom:2px;padding:3px 8px;border-radius:min(8px,var(--_radius));background:var(--_fg);color:var(--_bg);font-size:var(--_font-size-xs);line-height:16px;white-space:nowrap;opacity:0;pointer-events:none;transition:opacity .12s}
.latest{position:absolute;z-index:2;bottom:var(--_s3);inset-inline-end:var(--_s5);animation:rise .14s}
.latest{display:flex;align-items:center;justify-content:center;gap:6px;min-width:36px;height:36px;padding:0 10px;border-radius:18px;font-size:var(--_font-size-sm);font-weight:var(--_font-weight-strong);background:light-dark(var(--_bg),var(--_surface));color:var(--_fg);box-shadow:0 0 0 1px var(--_border),0 4px 16px rgb(0 0 0/.16)}
.latest.fresh{padding-inline:12px 14px;background:var(--_accent);color:var(--_on-accent);box-shadow:0 4px 16px rgb(0 0 0/.2)}
.latest::after{content:"";position:absolute;inset:-6px}
.starter:hover{background:color-mix(in oklab,var(--_accent) 8%,transparent)}
.tip{top:calc(100% + 10px);inset-inline-end:-44px;width:max-content;max-width:232px;padding:8px 12px;border-radius:min(10px,var(--_radius));background:var(--_fg);color:var(--_bg);font-size:var(--_font-size-sm);line-height:1.4;box-shadow:0 6px 20px rgb(0 0 0/.2);opacity:0;transition:opacity .12s,visibility .12s;pointer-events:none}
.chip:focus-visible+.tip,.chip:hover+.tip,.tip.open{visibility:visible;opacity:1}
.me .stamp{inset-inline:auto 0}
.day-pill+.message .stamp{bottom:auto;top:100%;margin:2px 0 0}
.bubble:hover:not(:has(.tools:hover))+.stamp,.message:focus-visible .stamp{visibility:visible;opacity:1}
.bubble:hover+.stamp{transition-delay:.6s;transition-property:opacity,visibility}
@media (prefers-reduced-motion:reduce){.latest{animation-name:fade}.send:active{transform:none}}
@media (forced-colors:active){
.panel,.message:not(.emoji) .bubble,.avatar,.chip,.latest,.menu,.tip,.stamp,.day-pill span,:is(.primary,.send,.starter){border:1px solid}
.chip-mark,.dot,.dots i{forced-color-adjust:none}
.failed .bubble{border-style:dashed}
}
`;
