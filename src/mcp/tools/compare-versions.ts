import { z } from 'zod';
import type { Comparison } from '../../contracts/verdict.ts';
import { mcpTool } from '../mcp-tool.ts';
import { modeSchema, paidCommand } from '../paid-command.ts';
import { versionName } from '../version-name.ts';

const sideSchema = z.object({ version: z.string(), passes: z.number(), runs: z.number() });

/** Cases that are told; the page has all. */
const mostCases = 40;

export const compareVersions = mcpTool({
  name: 'compare_versions',
  title: 'Compare two versions',
  description:
    'Runs two versions on the same cases and tells the cases in which they differ: flipped to fail, worse, better, decision changed, with the fields that differ. It informs; the gate judges.',
  input: z.object({
    from: versionName,
    to: versionName,
    cases: z.array(z.string()).optional(),
    trials: z.int().min(1).max(100).optional(),
    mode: modeSchema,
    dollars: z.number().positive().optional(),
  }),
  output: z.object({
    mode: z.string(),
    from: sideSchema,
    to: sideSchema,
    same: z.number(),
    differing: z.array(
      z.object({
        caseId: z.string(),
        change: z.string(),
        critical: z.boolean(),
        from: z.string(),
        to: z.string(),
        fields: z.array(z.string()),
        findings: z.array(z.string()),
      }),
    ),
    page: z.string(),
  }),
  isReadOnly: false,
  isUntrusted: true,
  async run({ from, to, cases = [], trials, mode, dollars }, call) {
    const words = [
      ...['compare', from, to, ...cases.map((id) => `--case=${id}`)],
      ...(trials === undefined ? [] : ['--trials', String(trials)]),
    ];
    const { json } = await paidCommand(words, { mode, dollars }, call);
    const comparison = json as Comparison;
    const side = ({ version, totals }: Comparison['baseline']) => ({ version: version.name, passes: totals.passes, runs: totals.runs });
    const differing = comparison.cases.filter(({ change }) => change !== 'same');
    return {
      mode: comparison.mode,
      from: side(comparison.baseline),
      to: side(comparison.candidate),
      same: comparison.cases.length - differing.length,
      differing: differing.slice(0, mostCases).map(({ id, change, critical, baseline, candidate, differences = [] }) => ({
        ...{ caseId: id, change, critical },
        from: `${baseline.passes} of ${baseline.runs}`,
        to: `${candidate.passes} of ${candidate.runs}`,
        fields: differences.map(({ field }) => field),
        findings: [...new Set(candidate.trials.flatMap(({ findings }) => findings.map(({ message }) => message)))].slice(0, 5),
      })),
      page: 'reports/comparison/report.html',
    };
  },
});
