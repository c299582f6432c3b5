import { join } from 'node:path';
import { repositoryAround, writeCheckoutFileInTurns } from '../../contracts/checkout-file.ts';
import type { Evaluation } from '../../contracts/evaluation.ts';
import type { EvaluationReport } from '../../contracts/evaluation-report.ts';
import type { Notice } from '../../contracts/notice.ts';
import { Turns } from '../../contracts/turns.ts';
import { evaluationPage } from '../../reporters/evaluation-page.ts';
import { unwrittenText } from '../../reporters/write-reports.ts';
import { type Evaluated, type EvaluateOptions, evaluate } from '../evaluate/index.ts';
import { caseHead } from '../reported-case.ts';
import { evaluationWithHistory } from '../runs/with-history.ts';
import type { Session } from '../session.ts';
import { ReportedRuns } from './reported-runs.ts';

/** An evaluation, and what its page shows. */
export interface EvaluatedWithReport extends Evaluated {
  readonly report: EvaluationReport;
}

const name = 'evaluation.html';

/**
 * Evaluates any number of versions and writes them side by side as `reports/evaluation.html`, with what happened in each trial.
 * @param options with the command that shows it again, and what an evaluation comes to in a word and a sentence
 * @throws {DocketError} as evaluate does
 */
export async function evaluateWithReport(
  session: Session,
  {
    rerun,
    resultOf,
    ...options
  }: EvaluateOptions & { readonly rerun: string; readonly resultOf: (evaluation: Evaluation) => EvaluationReport['result'] },
): Promise<EvaluatedWithReport> {
  const runs = new ReportedRuns(session, 'transcripts to show');
  const evaluated = await evaluate(session, runs.collecting(options));
  const { evaluation, listPrice } = evaluated;
  const cases = runs.cases.map((loaded) => ({ ...caseHead(loaded), arms: runs.armsOf(loaded, evaluation) }));
  const report = evaluationWithHistory(session.config.root, {
    kind: 'evaluation',
    createdAt: session.clock.date().toISOString(),
    rerun,
    notices: noticesOf(evaluation),
    agent: evaluation.agent,
    mode: evaluation.mode,
    versions: runs.versions.map((version, place) => {
      const confusion = evaluation.versions[place]?.confusion;
      return runs.reportedVersion(
        version,
        cases.flatMap(({ arms }) => arms[place] ?? []),
        confusion ? { confusion } : {},
      );
    }),
    judged: Math.max(
      0,
      evaluation.versions.findIndex(({ role }) => role === 'current'),
    ),
    result: resultOf(evaluation),
    cases,
    spending: {
      trials: { spent: evaluation.trials.run, saved: 0, reused: evaluation.trials.reused },
      ...(listPrice === undefined ? {} : { dollars: listPrice }),
    },
  });
  const folder = join(session.config.root, 'reports');
  const turns = new Turns(options.signal);
  const fault = await writeCheckoutFileInTurns(join(folder, name), repositoryAround(session.config.root), evaluationPage(report), turns);
  const unwritten = [evaluated.unwritten, fault && unwrittenText(folder, new Map([[fault.fault, [name]]]))].filter(
    (text) => text !== undefined,
  );
  return { ...evaluated, report, ...(unwritten.length === 0 ? {} : { unwritten: unwritten.join('\n') }) };
}

function noticesOf({ stopped, versions, doubts = [] }: Evaluation): Notice[] {
  return [
    ...(stopped === undefined ? [] : [{ kind: 'not-run' as const, message: stopped }]),
    ...versions.flatMap(({ version, notCompared = [] }) =>
      notCompared.map((field) => ({
        kind: 'decision-changed' as const,
        message: `${version.name}'s decision has no ${field}, which labels expect; it is not compared there.`,
      })),
    ),
    ...doubts.map((message) => ({ kind: 'weak-suite' as const, message })),
  ];
}
