import { type Request, Router } from 'express';
import type { Registry } from 'prom-client';
import { isLocal, type OriginPolicy } from '../gate/origin.ts';
import { hasToken } from './admin-token.ts';
import { answerHeaders } from './headers.ts';

export interface MetricsRoutePorts {
  readonly registry: Registry;
  readonly policy: OriginPolicy;
  readonly adminToken: string | undefined;
}

/** `/metrics` for Prometheus, to this machine or to whoever has the admin token. */
export function metricsRoute({ registry, policy, adminToken }: MetricsRoutePorts): Router {
  const mayRead = (request: Request) => {
    return request.headers.authorization?.startsWith('Bearer ')
      ? hasToken(request, adminToken)
      : isLocal(request, policy);
  };
  const router = Router();
  router.get('/metrics', answerHeaders, async (request, response) => {
    if (!mayRead(request)) {
      response.status(401).setHeader('WWW-Authenticate', 'Bearer').json({ error: 'the admin token is needed' });
      return;
    }
    response.type(registry.contentType).send(await registry.metrics());
  });
  return router;
}
