import { z } from 'zod';
import { momentOf } from '../../text/moment.ts';
import { mcpTool } from '../mcp-tool.ts';
import { momentSchema } from '../moment.ts';

const traceRow = z.object({
  traceId: z.string(),
  agent: z.string().nullable(),
  session: z.string().nullable(),
  /** ISO 8601. */
  startedAt: z.string().nullable(),
  durationMs: z.number().nullable(),
  spans: z.number(),
  errors: z.number(),
  findings: z.array(z.string()),
});

export const listTraces = mcpTool({
  name: 'list_traces',
  title: 'List traces',
  description:
    'Lists recorded runs, newest first: agent, start, duration, errors and the codes of findings. Ask for one finding to see the runs that show it. Read one with get_trace.',
  input: z.object({
    agent: z.string().optional().describe('Exact name of the agent.'),
    session: z.string().optional().describe('Exact id of a session or conversation.'),
    since: momentSchema.optional(),
    until: momentSchema.optional(),
    finding: z.string().optional().describe('Code of a finding, for example false-approval.'),
    before: z.string().optional().describe('The next page: "next" of the answer before.'),
    limit: z.int().min(1).max(200).default(20),
  }),
  output: z.object({ traces: z.array(traceRow), next: z.string().optional().describe('Give it as "before" for the next page.') }),
  isReadOnly: true,
  isUntrusted: true,
  run: ({ since, until, agent, session, finding, before, limit }, { project }) =>
    project.withTraces(async (store) => {
      const found = await store.list({
        limit,
        ...(agent === undefined ? {} : { agent }),
        ...(session === undefined ? {} : { session }),
        ...(finding === undefined ? {} : { finding }),
        ...(before === undefined ? {} : { before }),
        ...within('since', since),
        ...within('until', until),
      });
      const last = found.at(-1)?.traceId;
      return {
        traces: found.map(({ traceId, agent, session, startedAt, durationMs, spans, errors, findings }) => ({
          ...{ traceId, agent, session: project.ofTraces(session), durationMs, spans, errors },
          startedAt: startedAt === null ? null : new Date(startedAt).toISOString(),
          findings: [...findings],
        })),
        ...(found.length === limit && last !== undefined ? { next: last } : {}),
      };
    }),
});

/** The schema has seen that it is a moment. */
function within(name: 'since' | 'until', text: string | undefined): { readonly since?: number; readonly until?: number } {
  const moment = text === undefined ? undefined : momentOf(text);
  return moment === undefined ? {} : { [name]: moment };
}
