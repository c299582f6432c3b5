import { relative, resolve } from 'node:path';
import { z } from 'zod';
import { pickReasons } from '../../contracts/pick-reasons.ts';
import { mcpTool } from '../mcp-tool.ts';
import { momentSchema } from '../moment.ts';

export const draftCase = mcpTool({
  name: 'draft_case',
  title: 'Draft cases from traces',
  description:
    'Writes drafts of cases from recorded runs to cases/drafts/: redacted, without duplicates, the most informative first. A draft has no label and counts for nothing; a person reviews it with docket cases review.',
  input: z.object({
    limit: z.int().min(1).max(50).default(5),
    since: momentSchema.optional(),
    by: z.array(z.enum(pickReasons)).optional().describe('Why a run is worth a review.'),
  }),
  output: z.object({ files: z.array(z.string()), drafted: z.number() }),
  isReadOnly: false,
  isUntrusted: false,
  async run({ limit, since, by }, { project, ...call }) {
    const { json } = await project.command(
      [
        ...['cases', 'draft', '--limit', String(limit)],
        ...(since === undefined ? [] : [`--since=${since}`]),
        ...(by === undefined || by.length === 0 ? [] : ['--by', by.join(',')]),
      ],
      call,
    );
    const { files } = z.object({ files: z.array(z.string()) }).parse(json);
    return { files: files.map((file) => relative(project.root, resolve(project.root, file))), drafted: files.length };
  },
});
