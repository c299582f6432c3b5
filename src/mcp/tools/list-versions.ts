import { z } from 'zod';
import { mcpTool } from '../mcp-tool.ts';

export const versionsSchema = z.object({
  agent: z.string(),
  current: z.string(),
  versions: z.array(
    z.object({
      name: z.string(),
      prompt: z.string(),
      toolVariant: z.string(),
      model: z.string(),
      settings: z.looseObject({}),
    }),
  ),
});

export const listVersions = mcpTool({
  name: 'list_versions',
  title: 'List versions',
  description:
    'The versions of the agent: prompt, tools, model and settings of each, and which is deployed. Prompts are resources: docket://prompts/<name>.',
  input: z.object({}),
  output: versionsSchema,
  isReadOnly: true,
  isUntrusted: false,
  async run(_, { project, ...call }) {
    return versionsSchema.parse((await project.command(['versions'], call)).json);
  },
});
