import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** A year: what RFC 6797 and the browsers' preload lists go by. Names below ours are their owner's affair. */
const HSTS = 'max-age=31536000';

/**
 * For all that is no page of ours: JSON, metrics, refusals, errors. Whoever makes a browser show it gets nothing that
 * runs, loads, or can be framed. It takes a bare request and response of Node, too.
 */
export const answerHeaders = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      'default-src': ["'none'"],
      'frame-ancestors': ["'none'"],
      'base-uri': ["'none'"],
      'form-action': ["'none'"],
      sandbox: [],
    },
  },
  // Of windows and process isolation: nothing for answers that are never a document. HSTS: `overTls`.
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xPermittedCrossDomainPolicies: false,
  xXssProtection: false,
  strictTransportSecurity: false,
  xFrameOptions: { action: 'deny' },
});

/** Tells browsers never to come by plain http again. For a relay that speaks TLS itself; a proxy in front says it for itself. */
export const overTls: RequestHandler = (_request, response, next) => {
  response.setHeader('Strict-Transport-Security', HSTS);
  next();
};
