import { z } from 'zod';
import { groupings } from '../../flows/summarise-traces/index.ts';
import { mcpTool } from '../mcp-tool.ts';
import { momentSchema } from '../moment.ts';

export const tracesSummary = mcpTool({
  name: 'traces_summary',
  title: 'Sum up traces',
  description:
    'What many recorded runs come to: errors, findings, duration, tokens and dollars (median, p95, outliers by trace id), calls a run, repeated calls, cache use. Of the newest runs; "of" says how many there are. Start here.',
  input: z.object({
    agent: z.string().optional(),
    since: momentSchema.optional(),
    until: momentSchema.optional(),
    newest: z.int().min(1).max(1_000_000).default(500).describe('The newest so many of the window; very many take their time.'),
    by: z.enum(groupings).optional().describe('Also one summary a version, model or day.'),
  }),
  output: z.object({
    of: z.number().describe('Runs of the window.'),
    all: z.looseObject({ runs: z.number() }),
    groups: z.array(z.looseObject({ name: z.string().nullable() })),
  }),
  isReadOnly: true,
  isUntrusted: true,
  async run({ agent, since, until, newest, by }, { project, ...call }) {
    const { json } = await project.command(
      [
        ...['traces', 'summary', '--newest', String(newest)],
        ...(agent === undefined ? [] : [`--agent=${agent}`]),
        ...(since === undefined ? [] : [`--since=${since}`]),
        ...(until === undefined ? [] : [`--until=${until}`]),
        ...(by === undefined ? [] : ['--by', by]),
      ],
      call,
    );
    const { of, all, groups } = json as { readonly of: number; readonly all: { runs: number }; readonly groups: { name: string | null }[] };
    return { of, all, groups };
  },
});
