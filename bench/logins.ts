import { signToken } from '../server/trust/sign-token.ts';

/** The secret that the bench's relays check logins with. */
export const TOKEN_KEY = 'a secret of the bench, which is none: 32 bytes';

let users = 0;

/** A token for a user who has not been there before. */
export function nextToken(): Promise<string> {
  users += 1;
  return signToken({ user: `user-${process.pid}-${users}`, name: `User ${users}` }, { key: TOKEN_KEY });
}
