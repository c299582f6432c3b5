import { z } from 'zod';
import { DocketError } from '../../contracts/docket-error.ts';
import { mcpTool } from '../mcp-tool.ts';
import { casesOf, listedCaseSchema } from '../project-cases.ts';

export const listCases = mcpTool({
  name: 'list_cases',
  title: 'List cases',
  description: 'The reviewed cases: id, title, tags, whether critical, where the label comes from. Drafts are listed on demand.',
  input: z.object({
    tag: z.string().optional(),
    text: z.string().optional().describe('Only cases whose id or title holds these words.'),
    drafts: z.boolean().default(false).describe('Drafts that wait for a review, in place of cases.'),
    after: z.string().optional().describe('The next page: "next" of the answer before.'),
    limit: z.int().min(1).max(500).default(50),
  }),
  output: z.object({
    cases: z.array(listedCaseSchema.omit({ file: true })),
    all: z.number(),
    next: z.string().optional(),
  }),
  isReadOnly: true,
  isUntrusted: true,
  async run({ tag, text, drafts, after, limit }, { project, ...call }) {
    const words = (text ?? '').toLowerCase().split(/\s+/).filter(Boolean);
    const fitting = (await casesOf(project, call, drafts)).filter(
      ({ id, title, tags }) =>
        (tag === undefined || tags.includes(tag)) && words.every((word) => `${id} ${title}`.toLowerCase().includes(word)),
    );
    const start = after === undefined ? 0 : fitting.findIndex(({ id }) => id === after) + 1;
    if (after !== undefined && start === 0) throw new DocketError(`There is no case "${after}" in this list to go on after.`);
    const page = fitting.slice(start, start + limit);
    const last = page.at(-1)?.id;
    return {
      cases: page.map(({ file: _, ...row }) => row),
      all: fitting.length,
      ...(start + limit < fitting.length && last !== undefined ? { next: last } : {}),
    };
  },
});
