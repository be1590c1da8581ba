import { Router } from 'express';
import { answerHeaders } from './headers.ts';

/** Whether the process lives, and whether it takes new clients. @param trouble why it does not; undefined when it does */
export function healthRoutes(trouble: () => string | undefined): Router {
  const router = Router();
  router.use(['/healthz', '/readyz'], answerHeaders);
  router.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  router.get('/readyz', (_request, response) => {
    const status = trouble();
    response.status(status === undefined ? 200 : 503).json({ status: status ?? 'ready' });
  });
  return router;
}
