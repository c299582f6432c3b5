import { z } from 'zod';
import { groupings } from '../../flows/summarise-traces/index.ts';
import { mcpTool } from '../mcp-tool.ts';
import { momentSchema } from '../moment.ts';

export const tracesSummary = mcpTool({
  name: 'traces_summary',
  title: 'Sum up traces',
  description:
    'What many recorded runs come to: errors, findings, duration, tokens and dollars (median, p95, outliers by trace id), calls a run, repeated calls, cache use. Start here.',
  input: z.object({
    agent: z.string().optional(),
    since: momentSchema.optional(),
    until: momentSchema.optional(),
    by: z.enum(groupings).optional().describe('Also one summary a version, model or day.'),
  }),
  output: z.object({ all: z.looseObject({ runs: z.number() }), groups: z.array(z.looseObject({ name: z.string().nullable() })) }),
  isReadOnly: true,
  isUntrusted: true,
  async run({ agent, since, until, by }, { project, ...call }) {
    const { json } = await project.command(
      [
        ...['traces', 'summary'],
        ...(agent === undefined ? [] : [`--agent=${agent}`]),
        ...(since === undefined ? [] : [`--since=${since}`]),
        ...(until === undefined ? [] : [`--until=${until}`]),
        ...(by === undefined ? [] : ['--by', by]),
      ],
      call,
    );
    const { all, groups } = json as { readonly all: { runs: number }; readonly groups: { name: string | null }[] };
    return { all, groups };
  },
});
