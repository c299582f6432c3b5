import type { EvaluateResult } from 'promptfoo';
import { isModelGraded } from '../contracts/assertion-type.ts';
import type { VersionResult } from '../contracts/evaluation.ts';
import { count } from '../text/figures.ts';
import { visibleText } from '../text/hostile-text.ts';
import { versionOfProvider } from './provider-id.ts';
import { type RowMetadata, readRowMetadata } from './row-metadata.ts';

/** A promptfoo row, reduced to what decides. An error says nothing about the agent; a failure does. */
export interface Row {
  readonly version: string;
  readonly caseId: string;
  /** `unjudged`: it passed because nothing was asserted, or no assertion had anything to judge. */
  readonly state: 'passed' | 'unjudged' | 'failed' | 'error';
  readonly reason: string;
  /** True when the trial came from the store and no model was called. */
  readonly reused: boolean;
  readonly metadata: RowMetadata | undefined;
}

/** What an assertion of Docket says that had nothing to judge. */
export const nothingToJudge = 'nothing to judge';

/** promptfoo's `failureReason` for a row whose assertions failed; anything else that did not succeed is an error. */
const failedByAssertion = 1;

/** Reads promptfoo's results; of several results for one row (a retried error) the one that is no error counts. */
export function readRows(results: readonly EvaluateResult[]): Row[] {
  const rows = new Map<string, Row>();
  for (const [index, result] of results.entries()) {
    const key = result.testIdx === undefined ? String(index) : `${result.testIdx} ${result.promptIdx}`;
    const row = readRow(result);
    if (row.state !== 'error' || !rows.has(key)) rows.set(key, row);
  }
  return [...rows.values()];
}

function readRow(result: EvaluateResult): Row {
  const metadata = readRowMetadata(result.response?.metadata);
  const caseId = metadata?.caseId ?? result.vars.caseId;
  return {
    version: visibleText(metadata?.version ?? versionOfProvider(result.provider.id ?? '') ?? result.provider.label ?? 'no version'),
    caseId: typeof caseId === 'string' ? visibleText(caseId) : 'no case',
    state: result.success ? (isJudged(result) ? 'passed' : 'unjudged') : result.failureReason === failedByAssertion ? 'failed' : 'error',
    reason: visibleText(result.error ?? ''),
    reused: result.response?.cached === true,
    metadata,
  };
}

/** promptfoo lets a row pass that has no assertions. */
function isJudged({ gradingResult }: EvaluateResult): boolean {
  const parts = gradingResult?.componentResults ?? [];
  // A model's word only informs, until somebody has held it against labels of people.
  return parts.some((part) => part && part.reason !== nothingToJudge && !isModelGraded(part.assertion?.type ?? ''));
}

export interface RowsVerdict {
  readonly verdict: 'PASS' | 'FAIL' | 'INCOMPLETE';
  readonly reason: string;
}

/**
 * Judges all rows of a run: green only when something ran, everything that was planned ran, and every row of the current version passed.
 * @param planned tests times columns: the rows of one repeat
 */
export function judgeRows(rows: readonly Row[], planned: number, current: string): RowsVerdict {
  if (rows.length === 0) return incomplete('no rows ran: the filters left no test or no provider, so nothing is proven');
  const repeats = Math.max(1, ...rows.map(({ metadata }) => metadata?.trialNumber ?? 1));
  const missing = planned * repeats - rows.length;
  if (missing > 0) return incomplete(`${count(missing)} of ${count(planned * repeats)} planned rows are missing`);
  const errors = rows.filter(({ state }) => state === 'error');
  if (errors.length > 0) {
    return incomplete(
      `${count(errors.length)} of ${count(rows.length)} rows ended in an error, which is neither a pass nor a fail; run the same command again to retry them`,
    );
  }
  const judged = rows.filter(({ version }) => roleOf(version, rows, current) === 'current');
  const failed = judged.filter(({ state }) => state === 'failed');
  const names = [...new Set(judged.map(({ version }) => (version === current ? `${version}, the current version,` : version)))].join(
    ' and ',
  );
  const unjudged = judged.filter(({ state }) => state === 'unjudged');
  if (failed.length === 0 && unjudged.length > 0) {
    return incomplete(
      `${count(unjudged.length)} of ${count(judged.length)} rows of ${names} were held against nothing: no assertion had anything to judge, so nothing is proven. Assert file://…/promptfoo/assertions.ts:allScorers`,
    );
  }
  if (failed.length > 0) return { verdict: 'FAIL', reason: `${count(failed.length)} of ${count(judged.length)} rows of ${names} failed` };
  return { verdict: 'PASS', reason: `every row of ${names} passed` };
}

/** The current version decides; where it is not among the rows, those that are do. */
export function roleOf(version: string, rows: readonly Row[], current: string): VersionResult['role'] {
  return version === current || rows.every((row) => row.version !== current) ? 'current' : 'comparison';
}

function incomplete(reason: string): RowsVerdict {
  return { verdict: 'INCOMPLETE', reason };
}
