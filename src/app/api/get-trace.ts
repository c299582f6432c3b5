import { z } from 'zod';
import { scoreSchema } from '../../contracts/score.ts';
import { traceSchema } from '../../contracts/trace.ts';
import { dollarsIn } from '../../flows/summarise-traces/group-tally.ts';
import { unknownTrace, wholeTraceId } from '../../flows/whole-trace-id.ts';
import { answerRoute } from './api-route.ts';

const answer = z.object({
  trace: traceSchema,
  scores: z.array(scoreSchema),
  /** What of it is damaged in the store and left out. */
  damage: z.array(z.string()),
  /** True where Docket's simulated model answered: nothing was paid, and nothing is said of a real model. */
  isSimulated: z.boolean(),
  /** By the price of its models; null when that is not known. */
  dollars: z.number().nullable(),
  /** The runs of its session, the newest first; absent without one. */
  session: z.object({ traces: z.array(z.string()) }).optional(),
});
export type ShownTrace = z.infer<typeof answer>;

/** Runs of one session that are named. */
const mostOfSession = 50;

export const getTrace = answerRoute({
  name: 'getTrace',
  path: '/traces/:id',
  summary: 'One recorded run, with what the scorers said of it. Its texts are those of a model, of tools and of users.',
  question: z.object({ id: z.string() }),
  answer,
  run: ({ id: given }, { project }) =>
    project.withTraces(async (store, damage) => {
      const id = await wholeTraceId(store, given);
      const trace = await store.trace(id);
      if (!trace) throw unknownTrace(given);
      const calls = trace.spans.flatMap((span) => (span.kind === 'model-call' ? [{ model: span.model, usage: span.usage }] : []));
      return {
        trace,
        scores: await store.scores(id),
        damage,
        isSimulated: trace.simulated,
        dollars: dollarsIn(project.prices, calls) ?? null,
        ...(trace.session === null
          ? {}
          : { session: { traces: (await store.list({ session: trace.session, limit: mostOfSession })).map(({ traceId }) => traceId) } }),
      };
    }),
});
