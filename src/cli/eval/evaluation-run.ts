import { randomUUID } from 'node:crypto';
import { relative } from 'node:path';
import type { EvaluationReport } from '../../contracts/evaluation-report.ts';
import type { RunKind } from '../../contracts/kept-run.ts';
import { Turns } from '../../contracts/turns.ts';
import type { Report } from '../../contracts/verdict.ts';
import { evaluateWithReport } from '../../flows/compare/evaluate-with-report.ts';
import { type Evaluated, type EvaluateOptions, evaluationExitCode } from '../../flows/evaluate/index.ts';
import type { RunEnd } from '../../flows/runs/keep-run.ts';
import type { Session } from '../../flows/session.ts';
import { counted, money } from '../../text/figures.ts';
import { plainLine } from '../../text/hostile-text.ts';
import type { CommandContext } from '../command/command-context.ts';
import { costText } from '../command/cost-text.ts';
import { endKept, keepRun } from '../command/kept-run.ts';
import type { TrialOptions } from '../command/run-options.ts';
import { shareKept } from '../command/share-kept.ts';
import { commandText, resumeWords } from '../invocation.ts';
import { roomForCalls } from '../modest-heap.ts';
import { endInterrupted, Interrupted, onInterrupt } from '../terminal/interruption.ts';
import { Progress } from '../terminal/progress.ts';
import { evaluationVerdict, keptTrial } from './kept-evaluation.ts';

/** What is run, beside the options of the command line. */
export interface EvaluationRunOptions extends TrialOptions {
  readonly versions: readonly string[];
  /** The first so many cases. */
  readonly first?: number;
  /** Relations that are checked as well: all, or these. */
  readonly relations?: boolean | readonly string[];
  /** Most dollars that it may cost. */
  readonly budget?: number;
}

/** What came of it; an interrupted run is already explained to the person. */
export type EvaluationRun<Result extends Evaluated = Evaluated> =
  | (Result & { readonly kind: 'done'; readonly exitCode: number; readonly series: string | undefined })
  | { readonly kind: 'interrupted'; readonly exitCode: number };

/**
 * Runs an evaluation with progress on the note stream. Ctrl-C stops it: stored trials stay, and the command that goes on is printed.
 * @throws {DocketError} as evaluate does
 */
export function runEvaluation(session: Session, options: EvaluationRunOptions, context: CommandContext): Promise<EvaluationRun> {
  return runWithProgress(session, options, context, 'eval', async (wanted) => {
    const { invocation } = context;
    const rerun = commandText(invocation, invocation.words);
    const evaluated = await evaluateWithReport(session, { ...wanted, rerun, resultOf: evaluationVerdict });
    return { ...evaluated, verdict: evaluated.report.result };
  });
}

/**
 * The same for any flow that evaluates.
 * @param run the flow, given what the command line asks of it; says what the run is kept under
 */
export async function runWithProgress<Result extends Evaluated & Pick<RunEnd, 'verdict'> & { readonly report: Report | EvaluationReport }>(
  session: Session,
  options: EvaluationRunOptions,
  context: CommandContext,
  kind: RunKind,
  run: (options: EvaluateOptions) => Promise<Result>,
): Promise<EvaluationRun<Result>> {
  const { terminal } = context;
  const keeper = keepRun(session.config.root, kind, context);
  const progress = new Progress(terminal.note, () => performance.now());
  const interruption = onInterrupt();
  const freshSeries = options.fresh ? `fresh-${randomUUID().slice(0, 8)}` : undefined;
  const series = freshSeries ?? options.series;
  try {
    const result = await run({
      versions: options.versions,
      ...(options.first === undefined ? {} : { first: options.first }),
      ...(options.case === undefined ? {} : { caseIds: options.case }),
      ...(options.trials === undefined ? {} : { trials: options.trials }),
      ...(options.concurrency === undefined ? {} : { concurrency: options.concurrency }),
      ...(series === undefined ? {} : { series }),
      ...(options.relations === undefined ? {} : { relations: options.relations }),
      signal: interruption.signal,
      onPlan: ({ versions, cases, trials, twins, cost }) => {
        if (cost) {
          const limit =
            options.budget === undefined
              ? '; --budget <dollars> sets a limit'
              : `; it stops before spending much more than ${money(options.budget)}`;
          terminal.note.line(terminal.note.style('yellow', `live model: ${costText(cost)}${limit}.`));
        }
        if (twins > 0) {
          const all = (cases.length * versions.length + twins) * trials;
          terminal.note.line(
            `relations: ${counted(twins, 'twin')} are run beside the cases, so ${counted(all, 'trial')} in all, less what is stored.`,
          );
        }
        if (session.mode === 'live') roomForCalls(versions.length * cases.length * trials);
        keeper.plan({
          agent: session.agent.name,
          mode: session.mode,
          store: relative(session.config.root, session.config.store),
          versions: versions.map(({ identity: { name, fingerprint } }) => ({ name, fingerprint })),
          cases: cases.length,
          wanted: versions.length * cases.length * trials,
        });
        progress.start({
          versions: versions.map(({ identity }) => identity.name),
          caseIds: cases.map((loaded) => loaded.case.id),
          trials,
          mode: session.mode,
        });
      },
      onTrial(step) {
        progress.step(step);
        keeper.trial(keptTrial(step));
      },
    });
    const { fault } = session.config.prices;
    if (fault) terminal.note.line(`notice: ${plainLine(fault)}. What models of other vendors cost is not known.`);
    const exitCode = evaluationExitCode(result.evaluation);
    const { verdict, listPrice, report } = result;
    await keeper.report(report, new Turns(interruption.signal));
    keeper.end({ state: 'done', exitCode, ...(verdict ? { verdict } : {}), ...(listPrice === undefined ? {} : { dollars: listPrice }) });
    await shareKept(session.config.root, session.agent.name, context);
    return { ...result, kind: 'done', exitCode, series };
  } catch (error) {
    endKept(keeper, error);
    if (!(error instanceof Interrupted)) throw error;
    progress.end();
    // Of what workers do this process hears a moment later.
    const [least, others] = session.workers ? ['at least ', ' What workers have begun they end and store.'] : ['', ''];
    const done = `: ${least}${progress.stored} of ${counted(progress.planned, 'trial')} ${progress.stored === 1 ? 'is' : 'are'} stored and will not run again.${others}`;
    endInterrupted(error, context, done, resumeWords(context.invocation.words, freshSeries));
    return { kind: 'interrupted', exitCode: error.exitCode };
  } finally {
    progress.end();
    interruption.stop();
  }
}
