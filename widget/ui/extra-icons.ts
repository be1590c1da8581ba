/** The icons of what comes after the first look; see icons.tsx. */
export const EXTRA_ICONS = {
  back: 'M15 5l-7 7 7 7',
  people:
    'M9 11.5a3.5 3.5 0 100-7 3.5 3.5 0 000 7zM2.5 19.5c.6-3.4 3.2-5 6.5-5s5.9 1.6 6.5 5M16 4.8a3.5 3.5 0 010 6.4M18.5 15c1.7.8 2.7 2.3 3 4.5',
  pencil: 'M4 20l1-4.5L15.5 5a2.1 2.1 0 013 3L8 18.5zM13.5 7l3 3',
  leave: 'M14 4H6.5A1.5 1.5 0 005 5.5v13A1.5 1.5 0 006.5 20H14M10 12h10M16.5 8.5L20 12l-3.5 3.5',
  offline:
    'M3 3l18 18M8.5 16a5 5 0 016.5-.3M5 12.5a10 10 0 014.5-2.6M19 12.5a10 10 0 00-5-2.7M12 19.5v.01M2 9a15 15 0 014.5-2.9M22 9a15 15 0 00-11-3.9',
} as const;
