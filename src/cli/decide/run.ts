import { fingerprintInput } from '../../agent/fingerprint.ts';
import { countAnswered, modelsOf, remarkOn } from '../../contracts/answered-by.ts';
import { exitCodes } from '../../contracts/docket-error.ts';
import type { JsonObject } from '../../contracts/json.ts';
import type { Finding, Score } from '../../contracts/score.ts';
import { needsOf, type TrialEvidence, type TrialScorer } from '../../contracts/scorer.ts';
import { toolErrorsOf } from '../../contracts/transcript.ts';
import type { Outcome, Trial } from '../../contracts/trial.ts';
import { defaultSeries } from '../../flows/evaluate/index.ts';
import { isScorerFailure } from '../../flows/judging/ask-scorer.ts';
import { recordScores } from '../../flows/judging/record-scores.ts';
import { runRequests } from '../../flows/judging/run-requests.ts';
import { evidenceOf } from '../../flows/judging/score-trial.ts';
import { trialDollars } from '../../flows/judging/trial-dollars.ts';
import { trialRequest } from '../../flows/judging/trial-request.ts';
import { loadConfig } from '../../flows/load-config.ts';
import type { PreparedVersion, Session } from '../../flows/session.ts';
import { isVendors } from '../../model/credentials.ts';
import { plainLine } from '../../text/hostile-text.ts';
import type { TrialRun } from '../../trials/run-trial.ts';
import { openAnnouncedSession } from '../command/announced-session.ts';
import type { CommandContext } from '../command/command-context.ts';
import type { ModelOptions } from '../command/run-options.ts';
import { endInterrupted, onInterrupt } from '../terminal/interruption.ts';
import { printJson } from '../terminal/plain-json.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { inputOf } from './input-words.ts';

export interface DecideOptions extends ModelOptions {
  /** The current version when not given. */
  readonly version?: string;
  readonly json?: boolean;
}

/**
 * Runs the agent once and prints its decision. The trial is number 1 of the evaluation's series, so an offline or replayed model says here
 * what it says in `docket eval`; but the store is a passing one, because a question asked by hand is no trial of a case.
 */
export async function runDecide(words: readonly string[], options: DecideOptions, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const config = await loadConfig(context.invocation.directory);
  // All that the person may have got wrong is found before a model is chosen, let alone called.
  const reference = options.version ?? config.current;
  const input = inputOf(config.agent, words);
  const session = await openAnnouncedSession(context, options, { config, version: reference, store: ':memory:', traces: 'kept' });
  try {
    const prepared = await session.prepare(reference);
    const run = await runOnce(session, prepared, input);
    const { trial } = run;
    const { outcome } = trial;
    for (const message of answerWarnings(session, prepared, trial)) warn(message, terminal);
    for (const message of toolErrorsOf(trial.transcript)) warn(`tool error: ${message}`, terminal);
    if (outcome.kind !== 'decided') {
      context.exit(explain(outcome, terminal));
      if (options.json) printJson(report(session, prepared, input, run, []), terminal.out);
      return;
    }
    const scores = await scoresWithoutLabel(session, prepared, input, { ...trial, outcome }, terminal);
    if (scores.length > 0) recordScores(session, run.span, scores);
    const findings = scores.flatMap((score) => score.findings);
    for (const { code, message } of findings) warn(`${code}: ${message}`, terminal);
    printJson(options.json ? report(session, prepared, input, run, findings) : { mode: trial.mode, ...outcome.decision }, terminal.out);
  } catch (error) {
    endInterrupted(error, context, ' before there was a decision.', null);
  } finally {
    await session.close();
  }
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

function warn(text: string, { note }: Terminal): void {
  note.line(note.style('yellow', `warning: ${plainLine(text)}`));
}

async function runOnce(session: Session, prepared: PreparedVersion, input: JsonObject): Promise<TrialRun> {
  const interruption = onInterrupt();
  try {
    const tried = { case: { id: 'decide' }, input, fingerprint: fingerprintInput(input) };
    const request = { ...trialRequest(prepared, tried, defaultSeries, 1), production: true as const };
    const runs: TrialRun[] = [];
    await runRequests([request], { session, signal: interruption.signal, onRun: (run) => runs.push(run) });
    const [run] = runs;
    if (!run) throw new Error('The agent neither ran nor failed.');
    return run;
  } finally {
    interruption.stop();
  }
}

/** The safety net: what the hard scorers that need no label say of the decision. */
async function scoresWithoutLabel(
  session: Session,
  { version }: PreparedVersion,
  input: JsonObject,
  trial: Trial,
  terminal: Terminal,
): Promise<Score[]> {
  const unlabelled = {
    id: 'decide',
    title: 'words from the command line',
    input,
    label: { decision: {}, source: 'model' as const, rationale: 'there is no label', reviewers: [] },
    origin: { kind: 'designed' as const },
  };
  const evidence = evidenceOf(session.scoring, version, { case: unlabelled, input }, trial);
  const scorers = session.agent.scorers.filter((scorer) => scorer.scope === 'trial').filter((scorer) => !needsOf(scorer).includes('label'));
  const interruption = onInterrupt();
  try {
    const asked = scorers.map((scorer) => askOne(session, scorer, evidence, interruption.signal, terminal));
    return (await Promise.all(asked)).flatMap((score) => score ?? []).filter(({ hard }) => hard);
  } finally {
    interruption.stop();
  }
}

/** A scorer that fails says nothing of the decision, which is there all the same; that it failed is said. */
async function askOne(session: Session, scorer: TrialScorer, evidence: TrialEvidence, signal: AbortSignal, terminal: Terminal) {
  try {
    return await session.scoring.ask(scorer, evidence, signal, 'this decision');
  } catch (error) {
    if (!isScorerFailure(error)) throw error;
    warn(`scorer-failed: ${error.message}`, terminal);
    return undefined;
  }
}

/** Says why there is no decision, and returns the exit code for it. */
function explain(outcome: Exclude<Outcome, { readonly kind: 'decided' }>, { note }: Terminal): number {
  const [text, code] = reasonOf(outcome);
  note.line(note.style('red', `✗ ${plainLine(text)}`));
  return code;
}

function reasonOf(outcome: Exclude<Outcome, { readonly kind: 'decided' }>): readonly [string, number] {
  switch (outcome.kind) {
    case 'refused': {
      const why = [outcome.category, outcome.explanation].filter((part) => part !== null).join(': ');
      return [`The model refused to decide${why ? ` (${why})` : ''}.`, exitCodes.regressed];
    }
    case 'truncated':
      return [
        `The answer was cut off (${outcome.stopReason}). Raise the version's settings.maxTokens, or shorten its prompt.`,
        exitCodes.regressed,
      ];
    case 'invalid':
      return [`The answer is not a valid decision: ${outcome.issues.join('; ')}.`, exitCodes.regressed];
    case 'no-decision':
      return [`There is no decision: ${outcome.reason}`, exitCodes.regressed];
    case 'infra-error':
      return [`The model did not answer (${outcome.error}): ${outcome.message}`, exitCodes.incomplete];
  }
}

function report(
  session: Session,
  { identity }: PreparedVersion,
  input: JsonObject,
  { trial, span }: TrialRun,
  findings: readonly Finding[],
) {
  const { mode, outcome, usage, durationMs, transcript } = trial;
  const dollars = trialDollars(session.config.prices, trial);
  const models = modelsOf(transcript);
  return {
    kind: 'decision',
    mode,
    ...(models.every((model) => model === identity.model) ? {} : { answeredBy: models }),
    agent: session.agent.name,
    version: identity,
    input,
    outcome,
    ...(outcome.kind === 'decided' ? { decision: outcome.decision } : {}),
    findings,
    usage,
    ...(dollars === undefined ? {} : { dollars }),
    durationMs,
    ...(span ? { traceId: span.traceId } : {}),
  };
}
