/** Stroke icons on a 24 by 24 grid, drawn by their paths; all are decoration beside a text or a label. */
const PATHS = {
  close: 'M6 6l12 12M18 6L6 18',
  more: 'M12 5.5v.01M12 12v.01M12 18.5v.01',
  back: 'M15 5l-7 7 7 7',
  down: 'M12 5v14M6 13l6 6 6-6',
  send: 'M12 19V5M6 11l6-6 6 6',
  clock: 'M12 3a9 9 0 100 18 9 9 0 000-18zM12 7.5V12l3 2',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  checks: 'M2 12.5l4.5 4.5L16 7.5M11 16l1 1 9.5-9.5',
  alert: 'M12 3a9 9 0 100 18 9 9 0 000-18zM12 7.5v5.5M12 16.4v.1',
  people:
    'M9 11.5a3.5 3.5 0 100-7 3.5 3.5 0 000 7zM2.5 19.5c.6-3.4 3.2-5 6.5-5s5.9 1.6 6.5 5M16 4.8a3.5 3.5 0 010 6.4M18.5 15c1.7.8 2.7 2.3 3 4.5',
  pencil: 'M4 20l1-4.5L15.5 5a2.1 2.1 0 013 3L8 18.5zM13.5 7l3 3',
  leave: 'M14 4H6.5A1.5 1.5 0 005 5.5v13A1.5 1.5 0 006.5 20H14M10 12h10M16.5 8.5L20 12l-3.5 3.5',
  offline:
    'M3 3l18 18M8.5 16a5 5 0 016.5-.3M5 12.5a10 10 0 014.5-2.6M19 12.5a10 10 0 00-5-2.7M12 19.5v.01M2 9a15 15 0 014.5-2.9M22 9a15 15 0 00-11-3.9',
  bubble:
    'M12 4c-5 0-8.5 3.2-8.5 7.3 0 2.3 1.1 4.3 2.9 5.6L5.5 20.5l4-2c.8.2 1.6.3 2.5.3 5 0 8.5-3.2 8.5-7.5S17 4 12 4z',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} stroke-width={name === 'more' ? 2.8 : undefined} />
    </svg>
  );
}
