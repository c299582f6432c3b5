import { z } from 'zod';
import { versionTrySchema } from '../../contracts/version-try.ts';
import { mcpTool } from '../mcp-tool.ts';
import { modeSchema } from '../paid-command.ts';
import { versionName } from '../version-name.ts';

/** Promises and effects that are told; the page has all. */
const mostTold = 40;

export const tryVersionTool = mcpTool({
  name: 'try_version',
  title: 'Try a drafted version',
  description:
    'Runs a version that draft_version drafted beside the one that it began as: each promise kept, broken or not decidable, whether anything got worse by the rounds of the gate, and on demand what each change does. Simulated by default; mode "live" costs dollars of the budget.',
  input: z.object({
    version: versionName,
    against: versionName.describe('The version that it began as.'),
    trials: z.int().min(1).max(100).optional().describe('Trials a case for the promises.'),
    effects: z.boolean().default(false).describe('Also build it without each change in turn, which takes many more trials.'),
    mode: modeSchema,
    dollars: z.number().positive().optional().describe('Most that a live call may cost, within what is left of the budget.'),
  }),
  output: z.object({
    mode: z.string(),
    reason: z.string(),
    verdict: z.string(),
    mayGoOn: z.boolean().describe('True where nothing got worse and no promise is broken. A person merges.'),
    promises: z.array(
      z.object({ changes: z.array(z.string()), name: z.string(), result: z.string(), before: z.string(), after: z.string() }),
    ),
    effects: z.array(z.object({ id: z.string(), what: z.string(), result: z.string() })),
    page: z.string(),
  }),
  isReadOnly: false,
  isUntrusted: true,
  async run({ version, against, trials, effects, mode, dollars }, { project, ...call }) {
    const words = [
      ...['version', 'try', version, '--against', against, '--mode', mode],
      ...(trials === undefined ? [] : ['--trials', String(trials)]),
      ...(effects ? [] : ['--no-attribution']),
    ];
    const tried = async (more: readonly string[]) => (await project.command([...words, ...more], call)).json;
    const json =
      mode === 'live'
        ? await project.spending(dollars, async (most) => {
            const result = await tried([`--budget=$${most}`]);
            return { result, dollars: (result as { readonly spending?: { readonly dollars?: number } }).spending?.dollars };
          })
        : await tried([]);
    const result = versionTrySchema.parse(json);
    const share = ({ runs, of }: { readonly runs: number; readonly of: number }) => `${runs} of ${of}`;
    return {
      ...{ mode: result.mode, reason: result.reason, verdict: result.verdict.verdict, mayGoOn: result.exitCode === 0 },
      promises: result.promises.slice(0, mostTold).map(({ changes, name, result: kept, before, after }) => ({
        ...{ changes, name, result: kept },
        before: share(before),
        after: share(after),
      })),
      effects: result.effects.slice(0, mostTold).map(({ id, what, result: effect }) => ({ id, what, result: effect })),
      page: 'reports/version-try.html',
    };
  },
});
