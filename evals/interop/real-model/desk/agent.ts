import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { defineAgent, defineToolVariant } from '../../../../src/index.ts';
import { findOrder } from './find-order.ts';
import { scorers } from './scorers.ts';
import { settings } from './settings.ts';
import { userMessage } from './user-message.ts';

interface Return extends Record<string, unknown> {
  readonly message: string;
  readonly goods: string;
}
interface Reason extends Record<string, unknown> {
  readonly reason: 'damaged' | 'wrong' | 'unwanted';
}
type NoTools = Record<never, never>;

const here = (path: string) => new URL(path, import.meta.url);
const model = 'smollm2-135m-instruct-q4_1';

/** Sorts returns by their reason: what a model of 135 million parameters does well enough to be measured, and badly enough to be worth it. */
export const returnsDesk = defineAgent<Return, Reason>({
  name: 'returns-desk',
  input: z.strictObject({ message: z.string(), goods: z.string() }),
  prompts: { returns: readFileSync(here('prompts/returns.md'), 'utf8').trimEnd() },
  toolVariants: {
    answer: defineToolVariant<NoTools, Reason, Return>({ directory: here('tool-variants/answer/'), tools: {} }),
    'look-up': defineToolVariant<{ find_order: NoTools }, Reason, Return>({
      directory: here('tool-variants/look-up/'),
      tools: { find_order: { source: here('find-order.ts').href, run: (_, input) => findOrder(input) } },
    }),
  },
  versions: {
    v1: { prompt: 'returns', toolVariant: 'answer', model, settings },
    // Decides by a tool, beside a tool that tells it something, and is streamed.
    'by-tool': { prompt: 'returns', toolVariant: 'look-up', model, settings: { ...settings, decideBy: 'tool', deadlineMs: 150_000 } },
  },
  userMessage: { source: here('user-message.ts').href, render: userMessage },
  approvalField: 'reason',
  scorers,
  scorersSource: here('scorers.ts').href,
});
