/** Stroke icons on a 24 by 24 grid, drawn by their path; all are decoration beside a text or a label. */
export const ICONS = {
  close: 'M6 6l12 12M18 6L6 18',
  more: 'M12 5.5v.01M12 12v.01M12 18.5v.01',
  send: 'M12 19V5M6 11l6-6 6 6',
  bubble:
    'M12 4c-5 0-8.5 3.2-8.5 7.3 0 2.3 1.1 4.3 2.9 5.6L5.5 20.5l4-2c.8.2 1.6.3 2.5.3 5 0 8.5-3.2 8.5-7.5S17 4 12 4z',
} as const;

export function Icon({ path, size = 20 }: { path: string; size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}
