/** The conversation: rows, bubbles, statuses, day pills, and what stands there instead of them. */
export const listCss: string = `
.list-frame{position:relative;flex:1;min-height:0;display:flex}
.list{flex:1;min-width:0;overflow-y:auto;overflow-x:hidden;overscroll-behavior:contain;overflow-anchor:none;scrollbar-width:thin;scrollbar-color:color-mix(in oklab,var(--_fg) 25%,transparent) transparent}
.list:focus-visible{outline-offset:-2px;border-radius:4px}
.rows{min-height:100%;display:flex;flex-direction:column;justify-content:flex-end;padding:var(--_s3) var(--_s5)}
.day{display:flex;flex-direction:column}
.day-pill{position:sticky;top:var(--_s3);z-index:2;align-self:center;margin:var(--_s4) 0 var(--_s2);pointer-events:none;container-type:scroll-state}
.day-pill span{display:block;padding:4px 10px;border-radius:12px;font-size:var(--_font-size-xs);line-height:16px;font-weight:var(--_font-weight-strong);color:var(--_muted);background:color-mix(in oklab,var(--_bg) 88%,transparent);backdrop-filter:blur(8px);box-shadow:0 0 0 1px var(--_border);transition:opacity .2s}
.divider{display:flex;align-items:center;gap:var(--_s4);margin:var(--_s5) 0 var(--_s1);color:var(--_link);font-size:var(--_font-size-xs);font-weight:var(--_font-weight-strong);line-height:16px}
.divider::before,.divider::after{content:"";flex:1;height:1px;background:color-mix(in oklab,var(--_accent) 40%,transparent)}

.message{position:relative;scroll-margin:var(--_s4);display:flex;flex-direction:column;align-items:flex-start;margin-top:2px;padding-inline-start:40px;border-radius:8px}
.message.first{margin-top:var(--_s4)}
.message.me{align-items:flex-end;padding-inline-start:0}
.day:last-child>.message:last-child{animation:rise .14s ease-out}
.bubble>.avatar{position:absolute;inset-inline-end:calc(100% + 8px);bottom:0;font-style:normal}
.author{max-width:100%;margin:0 0 3px;padding-inline-start:var(--_s4);font-size:var(--_font-size-sm);font-weight:var(--_font-weight-strong);line-height:1.3;color:var(--_muted);overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.bubble{position:relative;max-width:var(--_bubble-max-width);padding:var(--_bubble-pad);border-radius:var(--_bubble-radius);background:var(--_bubble-them-bg);color:var(--_bubble-them-fg);overflow-wrap:anywhere;text-wrap:pretty;cursor:text;user-select:text}
.text{white-space:pre-wrap;unicode-bidi:isolate}
.me .bubble{background:var(--_bubble-me-bg);color:var(--_bubble-me-fg)}
.them.last .bubble{border-end-start-radius:var(--_bubble-tail-radius)}
.me.last .bubble{border-end-end-radius:var(--_bubble-tail-radius)}
.meta{display:flex;flex-wrap:wrap;align-items:center;gap:0 6px;min-height:16px;margin-top:4px;padding-inline:var(--_s4);font-size:var(--_font-size-xs);line-height:16px;color:var(--_muted);font-variant-numeric:tabular-nums}
.me .meta{justify-content:flex-end;padding-inline:var(--_s2)}


.typing{flex:none;display:flex;align-items:center;gap:var(--_s3);height:24px;padding:0 var(--_s5);font-size:12px;line-height:16px;color:var(--_muted)}

.skeleton{flex:1;display:flex;flex-direction:column;justify-content:flex-end;gap:var(--_s4);padding:var(--_s5) var(--_s5) 88px}
.skeleton span{width:52%;height:40px;border-radius:var(--_bubble-radius);background:var(--_surface);animation:breathe-soft 1.1s ease-in-out infinite alternate}
.skeleton .me{align-self:flex-end}.skeleton .wide{width:68%;height:62px}.skeleton .narrow{width:34%}
@keyframes breathe-soft{from{opacity:1}to{opacity:.5}}
`;
