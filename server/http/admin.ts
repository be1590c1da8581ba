import { type Response, Router } from 'express';
import { isRecord, parseJson } from '../../protocol/json.ts';
import { REFUSALS } from '../../protocol/refusals.ts';
import { type Result, refuse } from '../../protocol/result.ts';
import { readBody } from '../gate/body.ts';
import { readTarget } from '../trust/revocations.ts';
import { hasToken } from './admin-token.ts';
import { answerHeaders } from './headers.ts';

export interface AdminRoutePorts {
  readonly adminToken: string | undefined;
  /** Revokes what `readTarget` has read. */
  revoke(key: string): Promise<Result<undefined>>;
}

/**
 * What an integrator's server may ask of a running relay, with the admin token, wherever it asks from:
 * `POST /admin/revocations` with `{"user": "…"}` or `{"session": "…"}`.
 */
export function adminRoutes({ adminToken, revoke }: AdminRoutePorts): Router {
  const router = Router();
  router.post('/admin/revocations', answerHeaders, async (request, response) => {
    response.setHeader('Cache-Control', 'no-store');
    if (!hasToken(request, adminToken)) {
      response.status(401).setHeader('WWW-Authenticate', 'Bearer').json({ error: 'the admin token is needed' });
      return;
    }
    const body = await readBody(request);
    const target = body.ok ? readRequest(body.value) : body;
    answer(response, target.ok ? await revoke(target.value) : target);
  });
  return router;
}

function readRequest(text: string): Result<string> {
  const value = parseJson(text);
  return isRecord(value) ? readTarget(value) : refuse('malformed', 'the body is a JSON object');
}

function answer(response: Response, outcome: Result<undefined>): void {
  if (outcome.ok) response.json({ revoked: true });
  else response.status(REFUSALS[outcome.code]).json({ error: outcome.message, code: outcome.code });
}
