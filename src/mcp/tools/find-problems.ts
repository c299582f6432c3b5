import { z } from 'zod';
import { DocketError } from '../../contracts/docket-error.ts';
import { improvementPlanSchema } from '../../contracts/improvement-plan.ts';
import { jsonObjectSchema } from '../../contracts/json.ts';
import { clipped } from '../clipped.ts';
import { mcpTool } from '../mcp-tool.ts';
import { momentSchema } from '../moment.ts';

const problemAnswer = z.object({
  id: z.string(),
  kind: z.string(),
  severity: z.string(),
  what: z.string(),
  seen: z.string(),
  cause: z.string(),
  because: z.string(),
  place: z.string().optional(),
  runs: z.array(z.string()),
  examples: z.array(jsonObjectSchema).optional(),
});

export const findProblems = mcpTool({
  name: 'find_problems',
  title: 'Find problems in runs',
  description:
    'Reads recorded runs (or stored trials) of a version and finds what is wrong, uneven or wasteful: how often of how many, in which runs, whether tool, prompt, schema or model is to blame, and the file and line. Writes reports/improvement-plan.md and .json; improvement_plan reads the changes.',
  input: z.object({
    version: z
      .string()
      .regex(/^[A-Za-z0-9]/)
      .optional()
      .describe('The current one when left out.'),
    since: momentSchema.optional(),
    fromTrials: z.boolean().default(false).describe('Read the stored trials of docket eval in place of traces.'),
    id: z.string().optional().describe('Only this problem, with its quotes.'),
  }),
  output: z.object({
    version: z.string(),
    runs: z.number(),
    simulated: z.boolean(),
    core: z.array(z.string()),
    problems: z.array(problemAnswer),
    plan: z.string(),
  }),
  isReadOnly: false,
  isUntrusted: true,
  async run({ version, since, fromTrials, id }, { project, ...call }) {
    const { json } = await project.command(
      [
        'improve',
        ...(version === undefined ? [] : [`--version=${version}`]),
        ...(since === undefined ? [] : [`--since=${since}`]),
        ...(fromTrials ? ['--from-trials'] : []),
      ],
      // Its notices may name what stands in traces, and no fence is around a step.
      { ...call, progress: () => call.progress('reading') },
    );
    const plan = improvementPlanSchema.parse(json);
    const wanted = plan.problems.filter((problem) => id === undefined || problem.id === id);
    if (id !== undefined && wanted.length === 0)
      throw new DocketError(`There is no problem "${id}". There are: ${plan.problems.map((each) => each.id).join(', ') || 'none'}.`);
    return {
      ...{ version: plan.version.name, runs: plan.context.runs, simulated: plan.context.simulated, core: plan.core },
      problems: wanted.map(({ seen, place, runs, examples, ...problem }) => ({
        ...{
          id: problem.id,
          kind: problem.kind,
          severity: problem.severity,
          what: problem.what,
          cause: problem.cause,
          because: problem.because,
        },
        seen: `${seen.runs} of ${seen.of}`,
        ...(place ? { place: `${place.file}:${place.line}` } : {}),
        runs: runs.slice(0, 5),
        ...(id === undefined ? {} : { examples: clipped(project.ofTraces(examples), 2000) as z.infer<typeof jsonObjectSchema>[] }),
      })),
      plan: 'reports/improvement-plan.md',
    };
  },
});
