import type { CommittedCounts } from '../../flows/gate/committed-counts.ts';
import type { GatePlan } from '../../gate/plan.ts';
import type { RunsNeeded } from '../../gate/runs-needed.ts';
import { detectionPower } from '../../stats/detection-power.ts';
import { largestOf } from '../../stats/extremes.ts';
import { amount, cost, count, counted, dropText, estimatedShare, percent } from '../../text/figures.ts';
import { plainLine } from '../../text/hostile-text.ts';
import { padTo, wrapTo } from '../terminal/display-width.ts';
import type { Output } from '../terminal/terminal.ts';

/** What the plan was made for. */
export interface PlanSubject {
  readonly counts: CommittedCounts;
  /** Cases that judge. */
  readonly cases: number;
  /** Whether some of them are critical. */
  readonly critical: boolean;
  /** Most model runs of a verdict. */
  readonly budget: number;
  /** Mean cost of a run; undefined when it is not known here. */
  readonly dollarsEach: number | undefined;
  /** Trials that a run of a case takes on average: more than one where relations judge, each of whose twins is a trial. */
  readonly trialsEach: number;
}

/** Cost, sight and risks of a gate on this suite. */
export function planLines(
  plan: GatePlan,
  { counts, cases, critical, budget, dollarsEach, trialsEach }: PlanSubject,
  output: Output,
): string[] {
  const { unchanged, oneCase, harm, suite, warnings } = plan;
  const { agent, mode, epoch } = counts.baseline;
  const price = (runs: number) => (dollarsEach === undefined ? '' : `, about ${cost(runs * dollarsEach, mode)}`);
  const mean = Math.round(unchanged.runs);
  const rows: readonly (readonly [string, string])[] = [
    [
      'a verdict',
      `${counted(mean, 'model run')} on average for an unchanged agent${price(mean)}; nine out of ten stay within ${counted(unchanged.runsAtMost, 'run')}`,
    ],
    ['at most', `${counted(budget, 'run')}${price(budget)}`],
    ...(trialsEach === 1
      ? []
      : [
          [
            'a run',
            `a case and its twins, which count as one: ${amount(Math.round(trialsEach * 10) / 10)} trials on average, so about ${count(Math.round(unchanged.runs * trialsEach))} trials a verdict`,
          ] as const,
        ]),
    [
      'one case',
      oneCase === undefined
        ? `even a case that always fails is detected in less than ${percent(detectionPower)} of verdicts`
        : `a drop of ${dropText(oneCase.drop)} is detected in ${percent(detectionPower)} of verdicts (simulated on ${oneCase.caseId})`,
    ],
    ...(critical
      ? [
          [
            'critical case',
            harm === undefined
              ? `even one that is always falsely approved is blocked in less than ${percent(detectionPower)} of verdicts; a candidate with two false approvals never passes`
              : `false approvals in ${percent(harm.rate)} of runs are blocked in ${percent(detectionPower)} of verdicts (simulated on ${harm.caseId}); a candidate with two of them never passes`,
          ] as const,
        ]
      : []),
    [
      'the suite',
      suite === undefined
        ? 'no drop across all cases is reliably detected before the gate may pass'
        : `a mean drop of ${dropText(suite.drop)} is detected in ${percent(detectionPower)} of verdicts`,
    ],
    ['inconclusive', `${estimatedShare(unchanged.inconclusive)} of unchanged agents`],
    ['false block', `${estimatedShare(unchanged.blocked)} of unchanged agents`],
    ['stored runs', storedRunsText(plan.storedRuns, unchanged.inconclusive.value)],
  ];
  const column = 15;
  return [
    '',
    ` ${output.style('bold', plainLine(agent))} · ${counted(cases, 'case')} · ${mode} model · baseline epoch ${epoch}`,
    '',
    ...rows.flatMap(([name, text]) =>
      wrapTo(plainLine(text), Math.max(20, output.columns - column - 2)).map(
        (line, index) => ` ${output.style('dim', padTo(index === 0 ? name : '', column))}${line}`,
      ),
    ),
    '',
    ...warnings.flatMap(({ message }) =>
      wrapTo(plainLine(message), Math.max(20, output.columns - 4)).map((line, index) =>
        output.style('yellow', ` ${index === 0 ? '!' : ' '} ${line}`),
      ),
    ),
    ...(warnings.length > 0 ? [''] : []),
  ];
}

/** Cases that are named one by one. */
const mostNamed = 5;

/**
 * What main's counts are short of, and what comes of it.
 * @param now share of unchanged agents that end inconclusive with the counts as they are
 */
function storedRunsText({ each, inconclusive, isEnough, cases }: RunsNeeded, now: number): string {
  const share = percent(inconclusive);
  if (cases.length === 0)
    return isEnough
      ? `enough: every case has ${each} or more`
      : `every case has ${each} or more, and more would not help enough: ${share} of unchanged agents end inconclusive`;
  const [first] = cases;
  const missing =
    cases.length > 1 && cases.every(({ runs }) => runs === first?.runs)
      ? `${counted(cases.length, 'case')} need ${first?.runs} more each`
      : `${cases
          .slice(0, mostNamed)
          .map(({ id, runs }) => `${id} needs ${runs} more`)
          .join(', ')}${cases.length > mostNamed ? `, and ${counted(cases.length - mostNamed, 'other case')} too` : ''}`;
  const most = largestOf(cases.map(({ runs }) => runs));
  const command = `${missing} (docket baseline accept --trials ${most} --most ${each})`;
  // Where few end so already, more runs are for the promise of few false blocks.
  if (isEnough && inconclusive >= now) return command;
  return `${command}: then ${isEnough ? 'about' : 'still'} ${share} of unchanged agents end inconclusive`;
}
