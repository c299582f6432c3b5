import { z } from 'zod';
import { docketCommand } from '../../flows/docket-command.ts';
import { answerRoute } from './api-route.ts';

const drafted = z.object({ drafts: z.array(z.object({ id: z.string() })), known: z.number(), inputIncomplete: z.number() });
const answer = z.object({
  /** The draft that waits for a review now; absent where a case or a draft has this input already. */
  draft: z.string().optional(),
  /** True when the trace does not hold the whole input, so that the review asks for it. */
  isIncomplete: z.boolean(),
});
export type DraftedTrace = z.infer<typeof answer>;

export const draftTrace = answerRoute({
  name: 'draftTrace',
  path: '/traces/:id/draft',
  summary: 'Drafts a case from a recorded run, redacted; a person reviews it.',
  question: z.object({ id: z.string().regex(/^[0-9a-f]{32}$/) }),
  answer,
  isWriting: true,
  // In a process of its own: this one would go on with the project's code as it was first loaded.
  async run({ id }, { project: { directory, environment }, signal }) {
    const words = ['cases', 'draft', '--trace', id, '--all-agents'];
    const { json } = await docketCommand(words, { directory, environment, spare: undefined, signal, progress: () => {} });
    const { drafts, inputIncomplete } = drafted.parse(json);
    const [first] = drafts;
    return { ...(first ? { draft: first.id } : {}), isIncomplete: inputIncomplete > 0 };
  },
});
