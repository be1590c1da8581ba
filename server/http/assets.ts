import { type Request, type RequestHandler, type Response, Router } from 'express';
import helmet from 'helmet';
import type { Settings } from '../settings.ts';
import { type Asset, loadAssets } from './asset-files.ts';
import { packageFolder } from './package.ts';

/** The floating address of the widget: the major version of the tag, not of the package. */
const FLOATING = '/v1/';
const SHORT_CACHE = 'public, max-age=300';
const IMMUTABLE = 'public, max-age=31536000, immutable';

/** Nothing but what this server gives out itself. The lab shows two visitors in frames of its own. */
const demoHeaders = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      'default-src': ["'none'"],
      'script-src': ["'self'"],
      'style-src': ["'self'"],
      'img-src': ["'self'", 'data:'],
      'font-src': ["'self'"],
      'connect-src': ["'self'"],
      'frame-src': ["'self'"],
      'frame-ancestors': ["'self'"],
      'base-uri': ["'none'"],
      'form-action': ["'self'"],
      'require-trusted-types-for': ["'script'"],
    },
  },
  // Whether this host speaks TLS alone is its operator's decision.
  strictTransportSecurity: false,
});

/**
 * Serves the built widget at `/v1/` and `/v<exact>/` to pages of any origin, and the demo pages to their own visitors.
 * What there is was read at the start: a path is looked up as it stands, so none leads out of the two folders.
 */
export function createAssets(settings: Pick<Settings, 'demo'>): Router {
  const router = Router();
  router.use(serveWidget(loadAssets(packageFolder('dist/public'))));
  if (settings.demo) router.use(serveDemo(loadAssets(packageFolder('dist/demo'))));
  return router;
}

function serveWidget(assets: ReadonlyMap<string, Asset>): RequestHandler {
  return (request, response, next) => {
    const asset = lookUp(assets, request.method, request.path);
    if (!asset) return next();
    response.set({
      'Access-Control-Allow-Origin': '*',
      'Cross-Origin-Resource-Policy': 'cross-origin',
      'X-Content-Type-Options': 'nosniff',
      'Cache-Control': request.path.startsWith(FLOATING) ? SHORT_CACHE : IMMUTABLE,
    });
    sendAsset(asset, request, response);
  };
}

function serveDemo(assets: ReadonlyMap<string, Asset>): RequestHandler {
  return (request, response, next) => {
    const { path } = request;
    const page = path === '/' ? '/index.html' : `${path}.html`;
    const asset = lookUp(assets, request.method, page) ?? lookUp(assets, request.method, path);
    if (!asset) return next();
    demoHeaders(request, response, (error?: unknown) => {
      if (error) return next(error);
      response.set('Cache-Control', 'no-cache');
      sendAsset(asset, request, response);
    });
  };
}

function lookUp(assets: ReadonlyMap<string, Asset>, method: string, path: string): Asset | undefined {
  return method === 'GET' || method === 'HEAD' ? assets.get(path) : undefined;
}

/** Express answers HEAD and If-None-Match from what is sent. */
function sendAsset(asset: Asset, request: Request, response: Response): void {
  response.type(asset.type).vary('Accept-Encoding');
  if (asset.gzip && request.acceptsEncodings('gzip')) response.set('Content-Encoding', 'gzip').send(asset.gzip);
  else response.send(asset.body);
}
