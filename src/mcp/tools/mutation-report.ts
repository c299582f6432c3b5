import { z } from 'zod';
import { mutationReportSchema } from '../../contracts/mutation.ts';
import { mcpTool } from '../mcp-tool.ts';
import { reportOf } from '../report-of.ts';

const mostSurvivors = 50;

export const mutationReport = mcpTool({
  name: 'mutation_report',
  title: 'How good is the suite?',
  description:
    'Which known faults the suite would let through, from reports/mutation.json: the score, each survivor with the case that would kill it, scorers that failed nothing. Written by docket mutate.',
  input: z.object({}),
  output: z.object({
    agent: z.string(),
    version: z.string(),
    killed: z.number(),
    of: z.number(),
    notExpressible: z.number(),
    survivors: z.array(z.object({ id: z.string(), reason: z.string(), killer: z.looseObject({}).optional() })),
    idleScorers: z.array(z.string()),
  }),
  isReadOnly: true,
  isUntrusted: false,
  async run(_, { project }) {
    const { agent, version, score, mutants, idleScorers } = reportOf(project, 'mutation.json', mutationReportSchema, {
      what: 'no report of docket mutate',
      remedy: 'Run docket mutate.',
    });
    return {
      ...{ agent, version: version.name, idleScorers },
      ...{ killed: score?.killed ?? 0, of: score?.of ?? 0 },
      notExpressible: mutants.filter(({ fate }) => fate === 'not-expressible').length,
      survivors: mutants
        .filter(({ fate }) => fate === 'survived')
        .slice(0, mostSurvivors)
        .map(({ id, reason, killer }) => ({ id, reason, ...(killer ? { killer } : {}) })),
    };
  },
});
