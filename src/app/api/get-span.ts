import { z } from 'zod';
import { jsonValueSchema } from '../../contracts/json.ts';
import { ApiFault } from './api-fault.ts';
import { answerRoute } from './api-route.ts';

const answer = z.object({
  name: z.string(),
  scope: z.string(),
  statusCode: z.string(),
  statusMessage: z.string(),
  attributes: z.record(z.string(), jsonValueSchema),
  resource: z.record(z.string(), jsonValueSchema),
  events: z.array(z.object({ name: z.string(), attributes: z.record(z.string(), jsonValueSchema) })),
});
export type RawSpanAnswer = z.infer<typeof answer>;

export const getSpan = answerRoute({
  name: 'getSpan',
  path: '/traces/:id/spans/:span',
  summary: 'One span as it was sent: its attributes, its resource and its events.',
  question: z.object({ id: z.string(), span: z.string() }),
  answer,
  run: ({ id, span }, { project }) =>
    project.withTraces(async (store) => {
      const found = (await store.spans(id)).find(({ spanId }) => spanId === span);
      if (!found) throw new ApiFault(404, `There is no span "${span}" in that trace.`);
      const { name, scope, statusCode, statusMessage, attributes, resource, events } = found;
      return {
        ...{ name, scope, statusCode, statusMessage, attributes, resource },
        events: events.map((event) => ({ name: event.name, attributes: event.attributes })),
      };
    }),
});
