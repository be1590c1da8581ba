import { type Request, type RequestHandler, type Response, Router } from 'express';
import { REFUSALS } from '../../protocol/refusals.ts';
import { accept, type Refused, type Result, refuse } from '../../protocol/result.ts';
import type { Front } from '../bayeux/front.ts';
import { Poll } from '../bayeux/poll.ts';
import { refusalReply } from '../bayeux/replies.ts';
import { parseBatch } from '../gate/batch.ts';
import { readBody } from '../gate/body.ts';
import type { Echo } from '../gate/message.ts';
import type { Admit } from '../gate/origin.ts';
import type { Limits } from '../limits/limits.ts';
import type { Metrics } from '../observe/metrics.ts';
import { answerHeaders } from './headers.ts';

/** Where Bayeux is spoken. cometd adds the meta message's type: `/bayeux/handshake`. */
export const BAYEUX_PATH = '/bayeux';

const POST_PATH = /^\/(?:handshake|connect|disconnect|subscribe|unsubscribe)?$/;
/** What Faye's client in a browser sends besides the content type. */
const HEADERS = 'Content-Type, Pragma, X-Requested-With';
/** Seconds for which a browser may remember a preflight; browsers cap it at 2 h. */
const PREFLIGHT_SECONDS = 7200;

export interface BayeuxRoutePorts {
  readonly front: Front;
  readonly admit: Admit;
  readonly limits: Limits;
  readonly metrics: Metrics;
}

/** The long-polling half of Bayeux. A request is judged by its head before one byte of its body is read. */
export function bayeuxRoute(ports: BayeuxRoutePorts): Router {
  const router = Router();
  router.use(BAYEUX_PATH, answerHeaders, route(ports));
  return router;
}

function route({ front, admit, limits, metrics }: BayeuxRoutePorts): RequestHandler {
  return async (request, response) => {
    setHeaders(response);
    const refuseWith = (refusal: Refused, echo: Echo = {}) => {
      metrics.refused(refusal.code);
      answerRefusal(response, refusal, echo);
    };
    const admission = admit(request);
    if (!admission.ok) return refuseWith(admission);
    const { origin, address } = admission.value;
    if (origin !== undefined) response.setHeader('Access-Control-Allow-Origin', origin);
    if (request.method === 'OPTIONS') return answerPreflight(response);
    const head = judgeHead(request);
    if (!head.ok) return refuseWith(head);
    const leave = limits.connect(address);
    if (typeof leave !== 'function') return refuseWith(leave);
    response.once('close', leave);
    const body = await readBody(request);
    if (!body.ok) return refuseWith(body);
    const batch = parseBatch(body.value);
    if (!batch.ok) return refuseWith(batch.refusal, batch.echo);
    if (batch.messages.length === 0) return refuseWith(refuse('malformed', 'no messages'));
    await front.exchange(batch.messages, new Poll(response, admission.value));
  };
}

function judgeHead(request: Request): Result<undefined> {
  if (!POST_PATH.test(request.path)) return refuse('not_found', 'Bayeux is not spoken here');
  if (request.method !== 'POST') return refuse('method', 'Bayeux takes POST and WebSocket');
  if (!/^application\/json\s*(?:;|$)/i.test(request.headers['content-type'] ?? '')) {
    return refuse('media_type', 'Bayeux takes application/json');
  }
  const encoding = request.headers['content-encoding'];
  return encoding === undefined || encoding === 'identity'
    ? accept(undefined)
    : refuse('media_type', 'a body is not compressed');
}

function setHeaders(response: Response): void {
  response.vary('Origin');
  response.setHeader('Cache-Control', 'no-store');
}

function answerPreflight(response: Response): void {
  response.setHeader('Access-Control-Allow-Methods', 'POST');
  response.setHeader('Access-Control-Allow-Headers', HEADERS);
  response.setHeader('Access-Control-Max-Age', String(PREFLIGHT_SECONDS));
  response.status(204).end();
}

function answerRefusal(response: Response, refusal: Refused, echo: Echo): void {
  if (refusal.code === 'method') response.setHeader('Allow', 'POST, OPTIONS');
  if (refusal.retryAfter !== undefined) response.setHeader('Retry-After', Math.ceil(refusal.retryAfter / 1000));
  response.status(REFUSALS[refusal.code]).json([refusalReply(refusal, echo)]);
}
