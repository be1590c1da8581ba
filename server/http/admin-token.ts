import type { Request } from 'express';
import { sameSecret } from '../trust/secrets.ts';

/** Whether a request shows the admin token. Where none is set nobody has it. */
export function hasToken(request: Request, adminToken: string | undefined): boolean {
  const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
  return adminToken !== undefined && token !== undefined && sameSecret(adminToken, token);
}
