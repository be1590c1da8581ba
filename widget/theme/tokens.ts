import { readableOn } from './contrast.ts';

/** The 12 tokens a site owner thinks in. Every other token is derived from them and can be set all the same. */
export const BASE_TOKENS = {
  accent: 'light-dark(#4f46e5,#5d5bf0)',
  'on-accent': readableOn('var(--_accent)'),
  bg: 'light-dark(#fff,#16181d)',
  surface: 'light-dark(#f1f2f6,#262931)',
  fg: 'light-dark(#16181d,#eceef2)',
  muted: 'light-dark(#5f6571,#a3a9b5)',
  border: 'light-dark(#e4e6ec,#31353e)',
  danger: 'light-dark(#c4261d,#ff8d85)',
  success: 'light-dark(#15803d,#5fd38d)',
  font: 'system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif',
  radius: '16px',
  spacing: '4px',
} as const;

/** Tokens that follow from the base. The launcher has a few more of its own (launcher-css.ts). */
export const DERIVED_TOKENS = {
  'bubble-me-bg': 'var(--_accent)',
  'bubble-me-fg': readableOn('var(--_bubble-me-bg)'),
  'bubble-them-bg': 'var(--_surface)',
  'bubble-them-fg': 'var(--_fg)',
  'bubble-radius': 'calc(var(--_radius)*1.125)',
  'bubble-tail-radius': 'calc(var(--_radius)*.25)',
  'bubble-max-width': 'min(78%,400px)',
  'bubble-pad': 'calc(var(--_spacing)*2) calc(var(--_spacing)*3)',
  'font-size': '15px',
  'font-size-sm': '13px',
  'font-size-xs': '11px',
  'line-height': '1.45',
  'font-weight-strong': '600',
  'panel-width': '400px',
  'panel-height': '640px',
  'panel-radius': 'var(--_radius)',
  'panel-shadow': '0 5px 40px rgb(0 0 0/.16)',
  'header-bg': 'var(--_bg)',
  'header-fg': 'var(--_fg)',
  'composer-bg': 'var(--_bg)',
  'composer-radius': 'calc(var(--_radius)*1.25)',
  link: 'light-dark(oklch(from var(--_accent) min(l,.48) c h),oklch(from var(--_accent) max(l,.76) min(c,.13) h))',
  'focus-ring': 'light-dark(oklch(from var(--_accent) min(l,.6) c h),oklch(from var(--_accent) max(l,.66) c h))',
  unread: 'var(--_danger)',
  online: 'light-dark(#16a34a,#4ade80)',
  away: 'light-dark(#a16207,#fbbf24)',
  offline: 'var(--_danger)',
  duration: '.2s',
  easing: 'cubic-bezier(.2,.7,.3,1)',
} as const;

/**
 * Declares every token for the inside: `--_x` is the page's `--natter-x`, or for base tokens the theme's choice
 * (`--_pick-x`, theme.ts), or the default. Rules read `--_x` alone.
 */
export function tokenRules(): string {
  const base = Object.entries(BASE_TOKENS).map(
    ([name, value]) => `--_${name}:var(--natter-${name},var(--_pick-${name},${value}));`,
  );
  const derived = Object.entries(DERIVED_TOKENS).map(([name, value]) => `--_${name}:var(--natter-${name},${value});`);
  return base.concat(derived).join('');
}
