import { exitCodes } from '../../contracts/docket-error.ts';
import type { Evaluation } from '../../contracts/evaluation.ts';
import type { KeptRun } from '../../contracts/kept-run.ts';
import { type EvaluateOptions, evaluationExitCode } from '../../flows/evaluate/index.ts';
import { isHarmful } from '../../flows/reported-trial.ts';
import type { KeptTrial } from '../../flows/runs/keep-run.ts';
import { count, counted, ratio } from '../../text/figures.ts';

/** A trial as its run is kept. */
export function keptTrial({ version, caseId, result, ended }: Parameters<NonNullable<EvaluateOptions['onTrial']>>[0]): KeptTrial {
  const { number, dollars } = result;
  const place = { version, caseId, number, dollars };
  if ('error' in result) return { ...place, end: 'i', harmful: false, reused: false };
  const findings = result.scores.filter(({ hard }) => hard).flatMap((score) => score.findings);
  return {
    ...place,
    end: result.pass ? 'p' : result.outcome === 'decided' ? 'f' : 'u',
    harmful: ended.place.loaded.case.critical === true && isHarmful({ findings }),
    reused: ended.reused,
  };
}

/** What an evaluation comes to, in a word and a sentence. */
export function evaluationVerdict(evaluation: Evaluation): NonNullable<KeptRun['verdict']> {
  const { versions, stopped } = evaluation;
  const judged = versions.filter(({ role }) => role === 'current');
  const sentences = (judged.length > 0 ? judged : versions).map(
    ({ version, totals }) => `${version.name} passed ${ratio(totals)} trials${wrongText(totals)}.`,
  );
  const reason = [...sentences, ...(stopped === undefined ? [] : [stopped])].join(' ');
  switch (evaluationExitCode(evaluation)) {
    case exitCodes.pass:
      return { name: 'passed', tone: 'good', reason };
    case exitCodes.regressed:
      return { name: 'failed', tone: 'bad', reason };
    case exitCodes.incomplete:
      return { name: 'incomplete', tone: 'warn', reason: `${reason}${undoneText(evaluation)}` };
    default:
      return { name: 'no check', tone: 'warn', reason: `${reason} A relation finds nothing wrong, whatever is decided.` };
  }
}

function wrongText({ falseApprovals, falseDenials }: Evaluation['versions'][number]['totals']): string {
  const parts = [
    ...(falseApprovals > 0 ? [counted(falseApprovals, 'false approval')] : []),
    ...(falseDenials > 0 ? [counted(falseDenials, 'false denial')] : []),
  ];
  return parts.length === 0 ? '' : `, with ${parts.join(' and ')}`;
}

function undoneText({ versions }: Evaluation): string {
  const undone = versions.reduce((sum, { totals }) => sum + totals.notRun + totals.infraErrors, 0);
  return undone === 0 ? '' : ` ${count(undone)} ${undone === 1 ? 'was' : 'were'} not run or did not end.`;
}
