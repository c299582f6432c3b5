import { z } from 'zod';
import { mcpTool } from '../mcp-tool.ts';
import { versionName } from '../version-name.ts';

const answerSchema = z.object({
  branch: z.string(),
  commits: z.array(z.object({ id: z.string().optional(), what: z.string(), commit: z.string() })),
  stubs: z.array(z.string()).describe('Changes that need code which somebody has to write: until then the version does not load.'),
  leftOut: z.array(z.string()).describe('Changes that no version can hold: cases.'),
  doubt: z.string().optional(),
  patch: z.string().optional(),
});

export const draftVersion = mcpTool({
  name: 'draft_version',
  title: 'Draft the next version',
  description:
    "Writes accepted changes of the last plan (improvement_plan) as commits on a new branch, one change each; the checkout stays as it is. Which changes are accepted is a person's choice: ask first. Merges nothing.",
  input: z.object({
    version: versionName.describe('Name of the new version: v4.'),
    from: versionName.describe('The version that the plan is about.'),
    changes: z
      .array(z.string().regex(/^P[012]-\d+$/))
      .min(1)
      .describe('Ids of the changes that a person accepted: P0-1.'),
  }),
  output: answerSchema,
  isReadOnly: false,
  isUntrusted: true,
  async run({ version, from, changes }, { project, ...call }) {
    const { json } = await project.command(['version', 'draft', version, '--from', from, '--changes', changes.join(',')], call);
    return answerSchema.parse(json);
  },
});
