import { z } from 'zod';
import { DocketError } from '../../contracts/docket-error.ts';
import { jsonObjectSchema } from '../../contracts/json.ts';
import { didYouMean } from '../../text/did-you-mean.ts';
import { mcpTool } from '../mcp-tool.ts';
import { casesOf, fileText, type ListedCase } from '../project-cases.ts';

export const getCase = mcpTool({
  name: 'get_case',
  title: 'Read a case',
  description: 'One case as its file has it: input, the expected decision with its arithmetic, who reviewed it, where it came from.',
  input: z.object({ id: z.string() }),
  output: z.object({ file: z.string(), case: jsonObjectSchema }),
  isReadOnly: true,
  isUntrusted: true,
  async run({ id }, { project, ...call }) {
    const cases = await casesOf(project, call, false);
    const isWanted = (each: ListedCase) => each.id === id;
    // Each list is a process of its own: drafts are asked for only where no case has the name.
    const drafts = cases.some(isWanted) ? [] : await casesOf(project, call, true);
    const all = [...cases, ...drafts];
    const found = all.find(isWanted);
    if (!found) {
      const ids = all.map((each) => each.id);
      throw new DocketError(`There is no case "${id}".${didYouMean(id, ids)} list_cases shows them.`);
    }
    return { file: found.file, case: jsonObjectSchema.parse(JSON.parse(fileText(project, found.file))) };
  },
});
