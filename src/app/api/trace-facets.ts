import { z } from 'zod';
import { answerRoute } from './api-route.ts';

const answer = z.object({
  traces: z.number(),
  /** How many traces each agent has; null where no span names one. */
  agents: z.array(z.object({ agent: z.string().nullable(), traces: z.number() })),
  /** How many traces have each finding, as they were scored last. */
  findings: z.array(z.object({ code: z.string(), traces: z.number() })),
});
export type TraceFacets = z.infer<typeof answer>;

export const traceFacets = answerRoute({
  name: 'traceFacets',
  path: '/traces/facets',
  summary: 'By what recorded runs can be told apart, with how many there are of each.',
  question: z.object({}),
  answer,
  async run(_, { project }) {
    const facets = await project.withTracesIfThere(async (store) => {
      const agents = await store.agents({});
      return { traces: agents.reduce((sum, { traces }) => sum + traces, 0), agents, findings: await store.findings() };
    });
    // Who looks at the list may search it next.
    project.indexWords();
    return facets ?? { traces: 0, agents: [], findings: [] };
  },
});
