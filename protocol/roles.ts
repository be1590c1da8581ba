/** What somebody may do in a room: write, or also moderate what others write. */
export type Role = 'member' | 'moderator';

export function isRole(value: unknown): value is Role {
  return value === 'member' || value === 'moderator';
}
