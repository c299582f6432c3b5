import type { AssertionValueFunctionContext, GradingResult } from 'promptfoo';
import { DocketError } from '../contracts/docket-error.ts';
import type { Score } from '../contracts/score.ts';
import { cannotFail } from '../flows/judging/can-fail.ts';
import { notJudged } from '../flows/judging/score-trial.ts';
import { visibleText } from '../text/hostile-text.ts';
import { nothingToJudge } from './judge-rows.ts';
import { relationScores } from './relation-scores.ts';
import { readRowMetadata } from './row-metadata.ts';
import { type SharedSession, sharedSession } from './shared-session.ts';

/** Findings that are columns of their own in promptfoo: the ways to decide wrongly. Of a decision that is no yes or no there is a third. */
const countedFindings = ['false-approval', 'false-denial'];
const otherwiseWrong = 'wrong-decision';

/**
 * All scorers of the agent on the row's trial: `{type: javascript, value: 'file://…/promptfoo/assertions.ts:allScorers'}`.
 * One component result and one metric a scorer; `false-approval`, `false-denial` and `wrong-decision` count the rows that show them.
 * @param open the session whose rows they are; tests bring their own
 */
export function allScorers(_output: string, context: AssertionValueFunctionContext): Promise<GradingResult>;
/** @internal */
export function allScorers(_output: string, context: AssertionValueFunctionContext, open: typeof sharedSession): Promise<GradingResult>;
export async function allScorers(_output: string, context: AssertionValueFunctionContext, open = sharedSession): Promise<GradingResult> {
  const { result, scores } = await grade(context, () => true, await open());
  const findings = scores.flatMap((score) => score.findings);
  const codes = findings.some(({ code }) => code === otherwiseWrong) ? [otherwiseWrong] : countedFindings;
  const counts = codes.map((code) => [code, findings.some((finding) => finding.code === code) ? 1 : 0] as const);
  return scores.length === 0 ? result : { ...result, namedScores: { ...result.namedScores, ...Object.fromEntries(counts) } };
}

/** One scorer, named by the assertion's `config: {scorer: expected-decision}`; for a metric or a threshold of its own. */
export async function oneScorer(_output: string, context: AssertionValueFunctionContext): Promise<GradingResult> {
  const name: unknown = context.config?.scorer;
  const shared = await sharedSession();
  const names = shared.session.agent.scorers.flatMap((scorer) => (scorer.scope === 'trial' ? [scorer.name] : []));
  if (!names.some((known) => known === name)) {
    return failed(`The assertion's config.scorer is ${JSON.stringify(name) ?? 'missing'}; expected one of: ${names.join(', ')}.`).result;
  }
  return (await grade(context, (score) => score.name === name, shared)).result;
}

/**
 * Relations between the row's case and its twins: `{type: javascript, value: 'file://…/promptfoo/assertions.ts:relations'}`, all that the agent declares, or
 * those of `config: {relations: [same-whatever-sex]}`. It runs the twins, each a trial of the row's number; stored ones cost nothing.
 */
export function relations(_output: string, context: AssertionValueFunctionContext): Promise<GradingResult>;
/** @internal */
export function relations(_output: string, context: AssertionValueFunctionContext, open: typeof sharedSession): Promise<GradingResult>;
export async function relations(_output: string, context: AssertionValueFunctionContext, open = sharedSession): Promise<GradingResult> {
  try {
    const row = readRowMetadata(context.providerResponse?.metadata);
    if (!row) return failed(noTrial).result;
    const { scores, why } = await relationScores(await open(), row, relationNames(context.config?.relations));
    // A relation may say nothing of a case; which relations say nothing of any is refused.
    return scores.length === 0
      ? { pass: true, score: 1, reason: visibleText(`no relation says anything of this case: ${why}`) }
      : gradingResult(scores);
  } catch (error) {
    if (!(error instanceof DocketError)) throw error;
    return failed(visibleText(error.message)).result;
  }
}

/** @throws {DocketError} when it is no list of names */
function relationNames(given: unknown): true | string[] {
  if (given === undefined || given === true) return true;
  if (Array.isArray(given) && given.every((name) => typeof name === 'string')) return given;
  throw new DocketError(
    `The assertion's config.relations is ${JSON.stringify(given)}; expected a list of names of relations, or nothing for all.`,
  );
}

const noTrial = 'This row has no stored Docket trial, so there is nothing to judge. Use the provider file://…/promptfoo/provider.ts.';

interface Grade {
  readonly result: GradingResult;
  /** The scores behind it; none when there was nothing to judge. */
  readonly scores: readonly Score[];
}

async function grade(
  { providerResponse }: AssertionValueFunctionContext,
  wanted: (score: Score) => boolean,
  { scoredRows }: SharedSession,
): Promise<Grade> {
  const metadata = readRowMetadata(providerResponse?.metadata);
  const found = metadata && (await scoredRows.find(metadata));
  if (!found) return failed(noTrial);
  const { scores } = found.scored;
  // One scorer may have nothing to say of a case; when no hard one has, or none can fail, there is no evidence for a pass.
  const blind = scores.filter(({ findings }) => findings.some(({ code }) => code === notJudged || code === cannotFail));
  const judged = scores.filter((score) => wanted(score) && !blind.includes(score));
  if (judged.length + blind.length > 0) return { result: gradingResult([...judged, ...blind]), scores: [...judged, ...blind] };
  return { result: { pass: true, score: 1, reason: nothingToJudge }, scores: [] };
}

function failed(reason: string): Grade {
  return { result: { pass: false, score: 0, reason }, scores: [] };
}

/** The row passes when every hard score does; soft ones inform. */
function gradingResult(scores: readonly Score[]): GradingResult {
  const broken = scores.filter(({ pass, hard }) => hard && !pass);
  const faults = broken.flatMap((score) => score.findings.map(({ code, message }) => `${code}: ${message}`));
  return {
    pass: broken.length === 0,
    score: scores.reduce((sum, { value }) => sum + value, 0) / scores.length,
    reason: visibleText(broken.length === 0 ? 'every scorer passed' : [...new Set(faults)].join('; ')),
    namedScores: Object.fromEntries(scores.map(({ name, value }) => [name, value])),
    componentResults: scores.map(({ name, pass, hard, value, reason }) => ({
      pass: pass || !hard,
      score: value,
      reason: visibleText(`${name}: ${reason}`),
      assertion: { type: 'javascript', value: name, metric: name },
    })),
  };
}
