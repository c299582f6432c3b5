import { DocketError, exitCodes } from '../../contracts/docket-error.ts';
import { trialsPerRun, withGatedFamilies } from '../../flows/cases/gated-families.ts';
import { loadCases } from '../../flows/cases/load-cases.ts';
import {
  type CommittedCounts,
  committedQuarantine,
  judgingCases,
  meanTrialDollars,
  readCommittedCounts,
} from '../../flows/gate/committed-counts.ts';
import type { GateBudget } from '../../flows/gate/gate-request.ts';
import { loadConfig } from '../../flows/load-config.ts';
import { createGate } from '../../gate/create-gate.ts';
import type { GateOptions } from '../../gate/gate-options.ts';
import { type PlanWarning, planGate } from '../../gate/plan.ts';
import { scheduleFor } from '../../gate/schedule.ts';
import { seededRandom } from '../../stats/random.ts';
import { plainLine } from '../../text/hostile-text.ts';
import type { CommandContext } from '../command/command-context.ts';
import { printJson } from '../terminal/plain-json.ts';
import { planLines } from './view.ts';

export interface PlanOptions {
  readonly budget?: GateBudget;
  readonly json?: boolean;
}

/** Says what a gate would cost here and what it could see; refuses one that could never pass or never block. */
export async function runPlan({ budget, json }: PlanOptions, { terminal, invocation, exit }: CommandContext): Promise<void> {
  const config = await loadConfig(invocation.directory);
  const counts = readCommittedCounts(config);
  const gate = createGate(config.gate as GateOptions);
  const cases = judgingCases(counts);
  const trialsEach = trialsPerRun(withGatedFamilies(config, loadCases(config.cases, config.agent)));
  const perTrial = await meanTrialDollars(config, counts);
  const dollarsEach = perTrial === undefined ? undefined : perTrial * trialsEach;
  const { runsPerCase } = scheduleFor(
    gate.options,
    cases.map(({ baseline }) => baseline.runs),
  );
  const runs = runsOf(budget, dollarsEach) ?? Math.floor(runsPerCase * cases.length);
  const planned = planGate(gate, cases, { random: seededRandom(1), budget: runs, isBudgetGiven: budget !== undefined });
  const plan = { ...planned, warnings: [...quarantineWarnings(counts), ...planned.warnings] };
  const refused = plan.warnings.filter(({ code }) => code === 'could-never-pass' || code === 'could-never-block');
  if (refused.length > 0) exit(exitCodes.usage);
  if (json) {
    const about = { agent: counts.baseline.agent, mode: counts.baseline.mode, cases: cases.length, budget: runs, trialsPerRun: trialsEach };
    const dollars = dollarsEach === undefined ? undefined : { each: dollarsEach, verdict: dollarsEach * plan.unchanged.runs };
    printJson({ kind: 'plan', ...about, usable: refused.length === 0, dollars, ...plan }, terminal.out);
    return;
  }
  const subject = { counts, cases: cases.length, critical: cases.some(({ critical }) => critical), budget: runs, dollarsEach, trialsEach };
  for (const line of planLines(plan, subject, terminal.out)) terminal.out.line(line);
  for (const { message } of refused) terminal.note.line(`${terminal.note.style('red', 'error:')} ${plainLine(message)}`);
}

function quarantineWarnings(counts: CommittedCounts): PlanWarning[] {
  const { notice, tooFlaky } = committedQuarantine(counts);
  return notice ? [{ code: tooFlaky === undefined ? 'quarantine' : 'too-flaky', message: notice.message }] : [];
}

/** Model runs that a budget comes to; undefined when none was given. */
function runsOf(budget: GateBudget | undefined, dollarsEach: number | undefined): number | undefined {
  if (budget?.kind !== 'dollars') return budget?.runs;
  if (dollarsEach === undefined || dollarsEach === 0) {
    throw new DocketError(
      'The cost of a trial is not known here: no stored baseline trial has a known price. Give the budget as a number of runs, for example --budget 200.',
    );
  }
  return Math.floor(budget.dollars / dollarsEach);
}
