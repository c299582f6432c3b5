import { fingerprintInput } from '../../agent/fingerprint.ts';
import { countAnswered, modelsOf, remarkOn } from '../../contracts/answered-by.ts';
import type { JsonObject } from '../../contracts/json.ts';
import type { Finding, Score } from '../../contracts/score.ts';
import { needsOf, type TrialEvidence, type TrialScorer } from '../../contracts/scorer.ts';
import { toolErrorsOf } from '../../contracts/transcript.ts';
import type { Trial } from '../../contracts/trial.ts';
import { isVendors } from '../../model/credentials.ts';
import type { TrialRun } from '../../trials/run-trial.ts';
import { defaultSeries } from '../evaluate/plan-evaluation.ts';
import { isScorerFailure } from '../judging/ask-scorer.ts';
import { recordScores } from '../judging/record-scores.ts';
import { runRequests } from '../judging/run-requests.ts';
import { evidenceOf } from '../judging/score-trial.ts';
import { trialRequest } from '../judging/trial-request.ts';
import type { PreparedVersion, Session } from '../session.ts';

/** One run of the agent that somebody asked for, and what is to be said of it. */
export interface Decided {
  readonly run: TrialRun;
  /** What the hard scorers that need no label found in the decision. */
  readonly findings: readonly Finding[];
  /** What else whoever asked should know: who answered, tools and scorers that failed. */
  readonly warnings: readonly string[];
}

export interface DecideOnceOptions {
  readonly signal: AbortSignal;
  /** Which time this input is asked about, from 1: an offline or replayed model answers as in the trial of that number. */
  readonly number?: number;
}

/**
 * Runs the agent once on an input, and adds what scorers say without a label to its trace. The trial is of the evaluation's series, so an offline
 * or replayed model says here what it says in `docket eval`.
 * @param session with a store that keeps nothing: a question of production is no trial of a case
 * @param input parsed by the agent's own schema
 * @throws the signal's reason at an abort, and what the agent's own code throws; every other end is an outcome
 */
export async function decideOnce(
  session: Session,
  prepared: PreparedVersion,
  input: JsonObject,
  { signal, number = 1 }: DecideOnceOptions,
): Promise<Decided> {
  const tried = { case: { id: 'decide' }, input, fingerprint: fingerprintInput(input) };
  // It is told and not kept: whoever asked waits for no look at files.
  const { changed: _, ...asked } = trialRequest(prepared, tried, defaultSeries, number);
  const request = { ...asked, production: true as const };
  const runs: TrialRun[] = [];
  await runRequests([request], { session, signal, onRun: (run) => runs.push(run) });
  const [run] = runs;
  if (!run) throw new Error('The agent neither ran nor failed.');
  const { trial } = run;
  const warnings = [...answerWarnings(session, prepared, trial), ...toolErrorsOf(trial.transcript).map((error) => `tool error: ${error}`)];
  const { outcome } = trial;
  if (outcome.kind !== 'decided') return { run, findings: [], warnings };
  const { scores, failures } = await scoresWithoutLabel(session, prepared, input, { ...trial, outcome }, signal);
  if (scores.length > 0) recordScores(session, run.span, scores);
  return { run, findings: scores.flatMap((score) => score.findings), warnings: [...warnings, ...failures] };
}

/** Who answered, where that was not the live model that was asked. */
function answerWarnings({ mode, model }: Session, { version }: PreparedVersion, trial: TrialRun['trial']): string[] {
  const remark = remarkOn(version.model, countAnswered([modelsOf(trial.transcript)]));
  return [
    ...(model.endpoint === undefined || isVendors(model.endpoint)
      ? []
      : [`sent to ${model.endpoint}, which is not the vendor's own server`]),
    ...(trial.mode === mode ? [] : [`the server identifies itself as a ${trial.mode} model, so this is not a live decision`]),
    ...(remark?.kind === 'not-as-asked' ? [remark.text] : []),
  ];
}

/** The safety net: what the hard scorers that need no label say of the decision. */
async function scoresWithoutLabel(
  session: Session,
  { version }: PreparedVersion,
  input: JsonObject,
  trial: Trial,
  signal: AbortSignal,
): Promise<{ readonly scores: Score[]; readonly failures: string[] }> {
  const unlabelled = {
    id: 'decide',
    title: 'an input that is no case',
    input,
    label: { decision: {}, source: 'model' as const, rationale: 'there is no label', reviewers: [] },
    origin: { kind: 'designed' as const },
  };
  const evidence = evidenceOf(session.scoring, version, { case: unlabelled, input }, trial);
  const scorers = session.agent.scorers.filter((scorer) => scorer.scope === 'trial').filter((scorer) => !needsOf(scorer).includes('label'));
  const failures: string[] = [];
  const asked = scorers.map((scorer) => askOne(session, scorer, evidence, signal, failures));
  return { scores: (await Promise.all(asked)).flatMap((score) => score ?? []).filter(({ hard }) => hard), failures };
}

/** A scorer that fails says nothing of the decision, which is there all the same; that it failed is said. */
async function askOne(session: Session, scorer: TrialScorer, evidence: TrialEvidence, signal: AbortSignal, failures: string[]) {
  try {
    return await session.scoring.ask(scorer, evidence, signal, 'this decision');
  } catch (error) {
    if (!isScorerFailure(error)) throw error;
    failures.push(`scorer-failed: ${error.message}`);
    return undefined;
  }
}
