import { z } from 'zod';
import { listedTraces } from '../../flows/list-traces/index.ts';
import { answerRoute } from './api-route.ts';

const moment = z.coerce.number().min(0);

const traceRow = z.object({
  traceId: z.string(),
  source: z.string(),
  agent: z.string().nullable(),
  session: z.string().nullable(),
  /** Milliseconds since 1970. */
  startedAt: z.number().nullable(),
  durationMs: z.number().nullable(),
  spans: z.number(),
  errors: z.number(),
  findings: z.array(z.string()).readonly(),
  /** Name of the version where its fingerprint is known here, otherwise the first digits of it. */
  version: z.string().nullable(),
  models: z.array(z.string()).readonly(),
  tokens: z.number().nullable(),
  /** By the price of the models; null when it is not known. */
  dollars: z.number().nullable(),
});
export type TraceRow = z.infer<typeof traceRow>;

const answer = z.object({
  traces: z.array(traceRow),
  /** Give it as `before` for what is older. */
  next: z.string().optional(),
  /** Traces that were looked at. With a condition that needs their spans it may end before there is a page of them. */
  looked: z.number(),
  /** What of the store is damaged and left out. */
  damage: z.array(z.string()),
});
export type TraceList = z.infer<typeof answer>;

export const listTraces = answerRoute({
  name: 'listTraces',
  path: '/traces',
  summary: 'Recorded runs, newest first, a page at a time.',
  question: z.object({
    agent: z.string().optional(),
    session: z.string().optional(),
    finding: z.string().optional(),
    since: moment.optional(),
    until: moment.optional(),
    text: z.string().max(500).optional(),
    version: z.string().optional(),
    model: z.string().optional(),
    leastDollars: z.coerce.number().min(0).optional(),
    before: z.string().optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  answer,
  run({ limit, ...conditions }, { project, signal }) {
    const given = Object.fromEntries(Object.entries(conditions).filter(([, value]) => value !== undefined && value !== ''));
    return project.withTraces(async (store, damage) => ({
      ...(await listedTraces(store, { ...given, limit }, project.prices, signal)),
      damage,
    }));
  },
});
