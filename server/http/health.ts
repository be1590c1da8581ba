import { Router } from 'express';

/** Whether the process lives, and whether it takes new clients. */
export function healthRoutes(isDraining: () => boolean): Router {
  const router = Router();
  router.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  router.get('/readyz', (_request, response) => {
    const draining = isDraining();
    response.status(draining ? 503 : 200).json({ status: draining ? 'closing' : 'ready' });
  });
  return router;
}
