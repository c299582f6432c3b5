import { z } from 'zod';
import type { Evaluation } from '../../contracts/evaluation.ts';
import { mcpTool } from '../mcp-tool.ts';
import { modeSchema, paidCommand } from '../paid-command.ts';

const outputSchema = z.object({
  mode: z.string(),
  passed: z.boolean().describe('True when every trial of the current version passed.'),
  versions: z.array(
    z.object({
      version: z.string(),
      passes: z.number(),
      runs: z.number(),
      notRun: z.number(),
      failing: z.array(
        z.object({
          caseId: z.string(),
          passes: z.number(),
          runs: z.number(),
          findings: z.array(z.object({ code: z.string(), message: z.string(), trials: z.number() })),
        }),
      ),
    }),
  ),
  doubts: z.array(z.string()).optional(),
  stopped: z.string().optional(),
  spentDollars: z.number().optional(),
});

/** Failing cases of a version that are told; reports/evaluation.json has all. */
const mostFailing = 25;
const mostFindings = 5;

export const trialsTool = mcpTool({
  name: 'run_trials',
  title: 'Run trials',
  description:
    'Runs versions on cases, several trials each, and says what failed and why. Stored trials are reused, so a second call costs nothing. Simulated by default; mode "live" costs dollars of the budget that the server was started with.',
  input: z.object({
    versions: z
      .array(z.string())
      .min(1)
      .max(8)
      .describe('Names, v1/v2 for the prompt of v1 with the tools of v2, v2@model for another model.'),
    cases: z.array(z.string()).optional().describe('Ids; all cases when left out.'),
    trials: z.int().min(1).max(100).optional().describe('Trials a case.'),
    mode: modeSchema,
    dollars: z.number().positive().optional().describe('Most that a live call may cost, within what is left of the budget.'),
  }),
  output: outputSchema,
  isReadOnly: false,
  isUntrusted: true,
  async run({ versions, cases = [], trials, mode, dollars }, call) {
    const words = [
      ...['eval', `--versions=${versions.join(',')}`],
      ...cases.map((id) => `--case=${id}`),
      ...(trials === undefined ? [] : ['--trials', String(trials)]),
    ];
    const { code, json } = await paidCommand(words, { mode, dollars }, call);
    return summaryOf(json as Evaluation, code);
  },
});

function summaryOf(evaluation: Evaluation, code: number): z.infer<typeof outputSchema> {
  const { mode, versions, doubts, stopped, spentDollars } = evaluation;
  return {
    mode,
    passed: code === 0,
    versions: versions.map(({ version, totals, cases }) => ({
      version: version.name,
      ...{ passes: totals.passes, runs: totals.runs, notRun: totals.notRun + totals.infraErrors },
      failing: cases
        .filter(({ passes, runs }) => passes < runs)
        .slice(0, mostFailing)
        .map(({ caseId, passes, runs, findings }) => ({
          ...{ caseId, passes, runs },
          findings: findings.slice(0, mostFindings).map(({ code: name, message, trials }) => ({ code: name, message, trials })),
        })),
    })),
    ...(doubts ? { doubts } : {}),
    ...(stopped === undefined ? {} : { stopped }),
    ...(spentDollars === undefined ? {} : { spentDollars }),
  };
}
