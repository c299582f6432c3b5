import { z } from 'zod';
import { DocketError } from '../../contracts/docket-error.ts';
import { jsonObjectSchema } from '../../contracts/json.ts';
import { didYouMean } from '../../text/did-you-mean.ts';
import { mcpTool } from '../mcp-tool.ts';
import { casesOf, fileText } from '../project-cases.ts';

export const getCase = mcpTool({
  name: 'get_case',
  title: 'Read a case',
  description: 'One case as its file has it: input, the expected decision with its arithmetic, who reviewed it, where it came from.',
  input: z.object({ id: z.string() }),
  output: z.object({ file: z.string(), case: jsonObjectSchema }),
  isReadOnly: true,
  isUntrusted: true,
  async run({ id }, { project, ...call }) {
    const all = [...(await casesOf(project, call, false)), ...(await casesOf(project, call, true))];
    const found = all.find((each) => each.id === id);
    if (!found)
      throw new DocketError(
        `There is no case "${id}".${didYouMean(
          id,
          all.map((each) => each.id),
        )} list_cases shows them.`,
      );
    return { file: found.file, case: jsonObjectSchema.parse(JSON.parse(fileText(project, found.file))) };
  },
});
