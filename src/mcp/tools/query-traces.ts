import { z } from 'zod';
import { jsonValueSchema } from '../../contracts/json.ts';
import { clipped } from '../clipped.ts';
import { mcpTool } from '../mcp-tool.ts';

export const queryTraces = mcpTool({
  name: 'query_traces',
  title: 'Query traces in SQL',
  description:
    'Runs one SELECT (SQLite) on the views traces, spans, scores and findings. It can only read, and is stopped if it takes too long. The resource docket://schema/traces has the columns.',
  input: z.object({ sql: z.string().min(1).max(10_000), limit: z.int().min(1).max(1000).default(50) }),
  output: z.object({
    columns: z.array(z.string()),
    rows: z.array(z.array(jsonValueSchema)),
    cut: z.boolean().describe('True when there are more rows than the limit.'),
  }),
  isReadOnly: true,
  isUntrusted: true,
  run: ({ sql, limit }, { project, signal }) =>
    project.withTraces(async (store) => {
      const { columns, rows, cut } = await project.inTurn(signal, () => store.query(sql, { rows: limit, milliseconds: 20_000, signal }));
      return { columns: [...columns], rows: clipped(project.ofTraces(rows), 600, limit) as z.infer<typeof jsonValueSchema>[][], cut };
    }),
});
