import { z } from 'zod';
import { jsonValueSchema } from '../../contracts/json.ts';
import { scoreSchema } from '../../contracts/score.ts';
import { traceSchema } from '../../contracts/trace.ts';
import { wholeTraceId } from '../../flows/whole-trace-id.ts';
import { clipped } from '../clipped.ts';
import { mcpTool } from '../mcp-tool.ts';

const parts = ['summary', 'full'] as const;

export const getTrace = mcpTool({
  name: 'get_trace',
  title: 'Read a trace',
  description:
    'One recorded run: question, each model call and tool call with arguments and result, answer, tokens, what is missing (gaps), and what the scorers found. "summary" cuts long texts; "full" does not.',
  input: z.object({
    traceId: z.string().describe('The id, or enough of its beginning to be the only one.'),
    detail: z.enum(parts).default('summary'),
  }),
  output: z.object({
    trace: traceSchema.partial().extend({ spans: z.array(jsonValueSchema), conversation: z.array(jsonValueSchema) }),
    scores: z.array(scoreSchema.partial()),
  }),
  isReadOnly: true,
  isUntrusted: true,
  run: ({ traceId, detail }, { project }) =>
    project.withTraces(async (store) => {
      const id = await wholeTraceId(store, traceId);
      const found = { trace: await store.trace(id), scores: await store.scores(id) };
      // What was read is JSON; the schema above is what is promised of it.
      // Redacted first: half of an address is recognised by nobody.
      const shown = project.ofTraces(found);
      return (detail === 'full' ? shown : clipped(shown, longest)) as never;
    }),
});

/** Longest text of a summary, in UTF-16 units. */
const longest = 600;
