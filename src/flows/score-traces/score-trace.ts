import type { Agent } from '../../agent/define-agent.ts';
import type { JsonObject } from '../../contracts/json.ts';
import type { Score } from '../../contracts/score.ts';
import type { TrialEvidence, TrialScorer } from '../../contracts/scorer.ts';
import type { Trace } from '../../contracts/trace.ts';
import { askScorer, ScorerFault } from '../judging/ask-scorer.ts';
import { trialDollars } from '../judging/trial-dollars.ts';
import { casePlaceholder } from '../label-agreement.ts';
import { isObject, modelOf, trialOfTrace } from './trace-trial.ts';

/** What a version offers the model: names of its tools, and of its decision's fields. */
export interface VersionOffer {
  readonly tools: readonly string[];
  readonly decisionFields: readonly string[];
}

/** Scorers that look at the run only; they judge a trace whose input was not recorded, too. */
const needNoInput: readonly string[] = ['trajectory', 'budget'];

/**
 * Scores one trace with every scorer of the agent that needs no label; where the input is complete, also `policy-agreement`: the scorer
 * `expected-decision` with the policy's answer in the place of a label. Pure.
 * @param offers what a version offers the model, by its fingerprint; a trace of another version is judged without
 * @throws {ScorerFault} when a scorer returns what is no score, whatever the trace
 */
export function scoreTrace(agent: Agent, trace: Trace, offers: ReadonlyMap<string, VersionOffer>): Score[] {
  const trial = trialOfTrace(trace);
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
    dollars: model === undefined ? undefined : trialDollars(trial),
  };
  return agent.scorers.flatMap((scorer) => {
    if (scorer.scope !== 'trial') return [];
    if (scorer.name !== 'expected-decision') return input || needNoInput.includes(scorer.name) ? judge(agent, scorer, evidence) : [];
    if (failure !== undefined) return [failed('policy-agreement', 'policy-failed', failure)];
    return answer === undefined ? [] : judge(agent, scorer, evidence).map((score) => ({ ...score, name: 'policy-agreement' }));
  });
}

/** Production sends what no suite ever did: a policy or a scorer that breaks on it is a finding, and the other traces are still scored. */
function policyAnswer({ policy }: Agent, input: JsonObject | undefined): { readonly answer?: JsonObject; readonly failure?: string } {
  try {
    return input && policy ? { answer: policy(input) } : {};
  } catch (error) {
    return { failure: `the policy could not answer this input: ${reasonOf(error)}` };
  }
}

function judge(agent: Agent, scorer: TrialScorer, evidence: TrialEvidence): Score[] {
  try {
    return [askScorer(agent, scorer, evidence) ?? []].flat();
  } catch (error) {
    if (!(error instanceof ScorerFault) || error.kind === 'no-score') throw error;
    return [failed(scorer.name, 'scorer-failed', `the scorer could not judge this trace: ${reasonOf(error.cause)}`)];
  }
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
