/** Rules of rooms without a relay (widget/ui/codes.ts). */
export const codesCss: string = `
.alone{flex:none;display:flex;flex-wrap:wrap;align-items:center;gap:var(--_s3) var(--_s4);margin:var(--_s4);padding:var(--_s4);border-radius:min(14px,var(--_radius));background:var(--_surface);font-size:var(--_font-size-sm);line-height:1.4}
.alone p{flex:1 1 180px}
.codes-body{flex:1;min-height:0;overflow-y:auto;padding:0 var(--_s5) var(--_s6);display:flex;flex-direction:column;gap:var(--_s3)}
.code-title{margin:0;font-weight:var(--_font-weight-strong)}
.code-title.other{margin-top:var(--_s4);padding-top:var(--_s5);border-top:1px solid var(--_border)}
.code-form{display:flex;flex-direction:column;gap:var(--_s3)}
.code{display:block;width:100%;resize:vertical;padding:var(--_s3) var(--_s4);font:400 16px/1.4 var(--_font-mono);overflow-wrap:anywhere;background:var(--_bg);border:1px solid var(--_field-border);border-radius:min(14px,calc(var(--_radius)*.75));color:var(--_fg);cursor:text}
.code[readonly]{font-size:12px;background:var(--_surface)}
.code-actions{display:flex;flex-wrap:wrap;gap:var(--_s3)}
.code-actions>*{flex:1 1 120px}
.code-actions .secondary{border:1px solid var(--_border)}
.code-error{color:var(--_danger);font-weight:500}
.code-error:empty{margin-top:calc(-1*var(--_s3))}
.codes .hint{font-size:var(--_font-size-sm)}
.start-over{align-self:flex-start;min-height:40px;color:var(--_link)}
.unverified{padding:1px 6px;border-radius:6px;background:color-mix(in oklab,var(--_away) 16%,var(--_bg));color:var(--_fg);font-size:var(--_font-size-xs);font-weight:400;white-space:nowrap}
.author .unverified{margin-inline-start:6px}
.key{font-family:var(--_font-mono);font-variant-numeric:tabular-nums}
.fingerprint{display:flex;flex-wrap:wrap;align-items:center;gap:2px 8px;margin-top:2px;font-size:var(--_font-size-xs);color:var(--_muted);overflow-wrap:anywhere}
`;
