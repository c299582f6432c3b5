import type { Command } from 'commander';
import { detectionPower } from '../../stats/detection-power.ts';
import { percent } from '../../text/figures.ts';
import { gateBudget } from '../command/arguments.ts';
import type { CommandContext } from '../command/command-context.ts';
import type { PlanOptions } from './run.ts';

const help = `
Simulates the gate on the committed counts (reports/baseline.json) without calling a model: what a verdict costs, the
smallest regression it detects ${percent(detectionPower)} of the time, and how often it ends inconclusive.

Examples
  docket plan
  docket plan --budget 40                        with at most 40 model runs in all
  docket plan --budget '$5' --json

Exit codes
  0 a usable gate, perhaps with warnings    2 no baseline, or a gate that could never pass or never block`;

/** `docket plan`: what will a gate cost here, and what can it see? */
export function addPlanCommand(program: Command, context: CommandContext): void {
  program
    .command('plan')
    .summary('what a gate costs here, and how sensitive it is')
    .description('Estimates, without calling a model, what a gate costs on this suite and how sensitive it is.')
    .option('--budget <amount>', "upper limit for one verdict: 200 (model runs) or '$5' (dollars)", gateBudget)
    .option('--json', 'print the plan as JSON and nothing else on stdout')
    .addHelpText('after', help)
    .action(async (options: PlanOptions) => {
      const { runPlan } = await import('./run.ts');
      await runPlan(options, context);
    });
}
