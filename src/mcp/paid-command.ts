import { z } from 'zod';
import type { CommandEnd } from '../flows/docket-command.ts';
import type { McpCall } from './mcp-tool.ts';

/** Who answers. */
export const modeSchema = z
  .enum(['simulated', 'recorded', 'live'])
  .default('simulated')
  .describe('simulated: an offline stand-in, free; recorded: stored answers; live: the real model, for dollars.');

const spentSchema = z.object({ spentDollars: z.number().optional(), spending: z.object({ dollars: z.number().optional() }).optional() });

/**
 * Runs a command that may ask a live model, within the server's budget.
 * @throws {DocketError} when a live model is asked for and nothing is left
 */
export function paidCommand(
  words: readonly string[],
  { mode, dollars }: { readonly mode: z.infer<typeof modeSchema>; readonly dollars: number | undefined },
  { project, ...call }: McpCall,
): Promise<CommandEnd> {
  const modeWords = ['--mode', mode];
  if (mode !== 'live') return project.command([...words, ...modeWords], call);
  return project.spending(dollars, async (most) => {
    const result = await project.command([...words, ...modeWords, `--budget=${most}`], call);
    const spent = spentSchema.safeParse(result.json);
    return { result, dollars: spent.success ? (spent.data.spentDollars ?? spent.data.spending?.dollars) : undefined };
  });
}
