import { z } from 'zod';
import { type Verdict, verdictSchema } from '../../contracts/verdict.ts';
import { mcpTool } from '../mcp-tool.ts';

export const verdictAnswer = z.object({
  verdict: z.string(),
  mayMerge: z.boolean().describe('True for a pass that rests on evidence. A person merges all the same.'),
  exitCode: z.number(),
  reason: z.string(),
  accused: z.array(
    z.object({
      caseId: z.string(),
      file: z.string(),
      findings: z.array(z.string()),
      step: z.string().optional(),
      remedy: z.string(),
      again: z.string(),
    }),
  ),
  notices: z.array(z.string()),
  page: z.string(),
});

export const gate = mcpTool({
  name: 'gate',
  title: 'May this merge?',
  description:
    'Judges this checkout against main by a statistical test: pass, regressed, inconclusive …, with the accused cases, what is wrong in each and what to do. It changes nothing and merges nothing. With a live baseline it costs dollars of the budget.',
  input: z.object({
    against: z.string().optional().describe('Branch or commit to compare with; main when left out.'),
    candidate: z.string().optional().describe('Version of this checkout; the current one when left out.'),
    dollars: z.number().positive().optional(),
  }),
  output: verdictAnswer,
  isReadOnly: false,
  isUntrusted: true,
  async run({ against, candidate, dollars }, { project, ...call }) {
    const compared = [
      ...(against === undefined ? [] : [`--against=${against}`]),
      ...(candidate === undefined ? [] : [`--candidate=${candidate}`]),
    ];
    const { json: about } = await project.command(['fingerprint', ...compared], call);
    const isLive = (about as { readonly mode?: string }).mode === 'live';
    const judge = async (more: readonly string[]) => (await project.command(['gate', ...compared, ...more], call)).json;
    const verdict = isLive
      ? await project.spending(dollars, async (most) => {
          const result = await judge([`--budget=$${most}`]);
          return { result, dollars: (result as { readonly spending?: { readonly dollars?: number } }).spending?.dollars };
        })
      : await judge([]);
    return answerOf(verdictSchema.parse(verdict));
  },
});

/** A verdict as tools tell it. */
export function answerOf(verdict: Verdict): z.infer<typeof verdictAnswer> {
  const accused = 'accused' in verdict ? (verdict.accused ?? []) : [];
  return {
    verdict: verdict.verdict,
    mayMerge: verdict.exitCode === 0 && verdict.verdict === 'pass',
    exitCode: verdict.exitCode,
    reason: verdict.reason,
    accused: accused.slice(0, 25).map(({ caseId, file, findings, step, remedy, again }) => ({
      ...{ caseId, file, remedy, again },
      findings: findings.slice(0, 5).map(({ message, trials, of }) => `${message} (${trials} of ${of} trials)`),
      ...(step === undefined ? {} : { step }),
    })),
    notices: verdict.notices.slice(0, 25).map(({ message }) => message),
    page: 'reports/report.html',
  };
}
