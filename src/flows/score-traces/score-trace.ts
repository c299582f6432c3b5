import type { Agent } from '../../agent/define-agent.ts';
import { rulesOf } from '../../agent/rules-of.ts';
import type { JsonObject } from '../../contracts/json.ts';
import type { Score } from '../../contracts/score.ts';
import { needsOf, type Scorer, type TrialEvidence, type TrialScorer } from '../../contracts/scorer.ts';
import type { Trace } from '../../contracts/trace.ts';
import { isScorerFailure } from '../judging/ask-scorer.ts';
import type { Scoring } from '../judging/scoring.ts';
import { runDollars } from '../judging/trial-dollars.ts';
import { casePlaceholder } from '../label-agreement.ts';
import { isObject, modelOf, runOfTrace } from './run-of-trace.ts';

/** What a version offers the model: names of its tools, and of its decision's fields. */
export interface VersionOffer {
  readonly tools: readonly string[];
  readonly decisionFields: readonly string[];
}

/**
 * Why a scorer was not asked about a trace. `repeats`: it judges all trials of a case together, and a trace is one run; `input`: it needs the
 * whole input; `label`: it needs a label, and no policy gives an answer in its place; `policy-failed`: the policy broke on this input.
 */
export type NotAskedReason = 'repeats' | 'input' | 'label' | 'policy-failed';

/** What the scorers say of a trace, and who of them was not asked. */
export interface ScoredTrace {
  readonly scores: readonly Score[];
  readonly notAsked: readonly { readonly scorer: Scorer; readonly why: NotAskedReason }[];
  /** Scorers that answer later and failed or were late: they say nothing of the trace, and can be asked again. */
  readonly failed: readonly { readonly scorer: string; readonly message: string }[];
}

/** With what a trace is scored. */
export interface TraceScoring {
  readonly scoring: Scoring;
  /** What a version offers the model, by its fingerprint; a trace of another version is judged without. */
  readonly offers: ReadonlyMap<string, VersionOffer>;
  /** What these very scorers said of these very spans before: one that answers later is not asked again. */
  readonly known?: readonly Score[];
  readonly signal: AbortSignal;
}

/**
 * Scores one trace with every scorer of the agent for which there is what it needs. The policy's answer stands in the place of a label, and
 * the score of the scorer that compares decisions is called `policy-agreement` then.
 * @throws {ScorerFault} when a scorer returns what is no score, whatever the trace
 */
export async function scoreTrace(trace: Trace, { scoring, offers, known = [], signal }: TraceScoring): Promise<ScoredTrace> {
  const { agent } = scoring;
  const trial = runOfTrace(trace);
  const input = completeInput(agent, trace);
  const model = modelOf(trace);
  const { answer, failure } = policyAnswer(agent, input);
  const offer = offers.get(trace.versionFingerprint ?? '');
  const evidence: TrialEvidence = {
    case: casePlaceholder('trace', input ?? {}, answer ?? {}),
    input: input ?? {},
    trial,
    tools: offer?.tools ?? [],
    decisionFields: offer?.decisionFields,
    dollars: model === undefined ? undefined : runDollars(scoring.prices, trial),
    rules: rulesOf(agent),
  };
  const answers: (Score | Promise<TraceAnswer>)[] = [];
  const notAsked: { readonly scorer: Scorer; readonly why: NotAskedReason }[] = [];
  for (const scorer of agent.scorers) {
    const why = whyNotAsked(agent, scorer, { input, answer, failure });
    if (why !== undefined) notAsked.push({ scorer, why });
    if (scorer.scope !== 'trial') continue;
    const name = nameOnTrace(scorer);
    if (why === 'policy-failed' && scorer.comparesDecisions) answers.push(failed(name, 'policy-failed', failure ?? ''));
    if (why !== undefined) continue;
    const before = known.find((score) => score.name === name);
    if (before && (before.dollars !== undefined || scoring.answersLater(scorer))) answers.push(before);
    else answers.push(answerOn(scoring, scorer, evidence, trace, signal));
  }
  const ended = await Promise.all(answers);
  return {
    scores: ended.flatMap((end) => (end === undefined || 'message' in end ? [] : [end])),
    notAsked,
    failed: ended.flatMap((end) => (end !== undefined && 'message' in end ? [end] : [])),
  };
}

/** What a trace's score by the scorer that compares decisions is called: it was compared with the policy, not with a label. */
const policyAgreement = 'policy-agreement';

function whyNotAsked({ policy }: Agent, scorer: Scorer, there: PolicyAnswer & { readonly input: JsonObject | undefined }) {
  if (scorer.scope === 'case') return 'repeats';
  const needs = needsOf(scorer);
  const byPolicy = needs.includes('label');
  if (byPolicy && !policy) return 'label';
  // The policy answers an input, so what stands in for a label needs one too.
  if ((byPolicy || needs.includes('input')) && !there.input) return 'input';
  return byPolicy && there.failure !== undefined ? 'policy-failed' : undefined;
}

interface PolicyAnswer {
  readonly answer?: JsonObject | undefined;
  readonly failure?: string | undefined;
}

/** Production sends what no suite ever did: a policy or a scorer that breaks on it is a finding, and the other traces are still scored. */
function policyAnswer({ policy }: Agent, input: JsonObject | undefined): PolicyAnswer {
  try {
    return input && policy ? { answer: policy(input) } : {};
  } catch (error) {
    return { failure: `the policy could not answer this input: ${reasonOf(error)}` };
  }
}

type TraceAnswer = Score | ScoredTrace['failed'][number] | undefined;

async function answerOn(
  scoring: Scoring,
  scorer: TrialScorer,
  evidence: TrialEvidence,
  { traceId }: Trace,
  signal: AbortSignal,
): Promise<TraceAnswer> {
  try {
    const score = await scoring.ask(scorer, evidence, signal, `trace ${traceId}`);
    return score && { ...score, name: nameOnTrace(scorer) };
  } catch (error) {
    if (!isScorerFailure(error)) throw error;
    if (scoring.answersLater(scorer)) return { scorer: nameOnTrace(scorer), message: error.message };
    return failed(nameOnTrace(scorer), 'scorer-failed', `the scorer could not judge this trace: ${reasonOf(error.cause)}`);
  }
}

function nameOnTrace({ comparesDecisions, name }: TrialScorer): string {
  return comparesDecisions ? policyAgreement : name;
}

function failed(name: string, code: string, message: string): Score {
  return { name, hard: false, pass: false, value: 0, reason: message, findings: [{ code, message }] };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The input as the agent takes it; undefined when it was not recorded, or not all of it. */
export function completeInput(agent: Agent, { input }: Pick<Trace, 'input'>): JsonObject | undefined {
  if (!isObject(input)) return undefined;
  const parsed = agent.input.safeParse(input);
  return parsed.success ? parsed.data : undefined;
}
