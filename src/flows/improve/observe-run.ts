import type { Finding, Score } from '../../contracts/score.ts';
import type { RunEvidence } from '../../contracts/scorer.ts';
import type { ObservedCall, ObservedRun, ObservedTurn } from '../../improvement/observed-run.ts';

/** What of a run does not stand in its transcript. */
export interface AboutRun
  extends Pick<ObservedRun, 'id' | 'kind' | 'caseId' | 'startedAt' | 'version' | 'input' | 'dollars' | 'durationMs'> {
  readonly scores: readonly Score[];
  /** True where it is known that a simulated model answered. */
  readonly simulated?: boolean;
}

/** A run, of a trace or a trial alike, as the detectors see it. */
export function observeRun({ transcript, outcome, mode, usage }: RunEvidence, { scores, simulated, ...about }: AboutRun): ObservedRun {
  const calls: ObservedCall[] = [];
  const models = new Set<string>();
  const turns: ObservedTurn[] = [];
  let modelCalls = 0;
  let sinceMs = 0;
  for (const step of transcript.steps) {
    if (step.kind === 'model-call') {
      modelCalls += 1;
      models.add(step.model);
      turns.push({ model: step.model, usage: step.usage, sinceMs });
      sinceMs = 0;
    } else calls.push({ tool: step.tool, input: step.input, result: step.result, isError: step.isError, turn: modelCalls });
    sinceMs += step.durationMs;
  }
  const tokens = usage.inputTokens + usage.outputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
  return {
    ...about,
    userMessage: transcript.userMessage,
    decision: outcome.kind === 'decided' ? outcome.decision : undefined,
    calls,
    modelCalls,
    ...(turns.length > 1 ? { turns } : {}),
    models: [...models],
    usage: tokens === 0 ? null : usage,
    failed: outcome.kind !== 'decided',
    ended: endOf(outcome),
    simulated: simulated ?? (mode === 'simulated' || [...models].some((model) => /simulated/i.test(model))),
    findings: findingsOnce(scores),
  };
}

function endOf(outcome: RunEvidence['outcome']): string {
  switch (outcome.kind) {
    case 'decided':
      return 'decided';
    case 'refused':
      return `refused${outcome.explanation === null ? '' : `: ${outcome.explanation}`}`;
    case 'truncated':
      return `cut off: ${outcome.stopReason}`;
    case 'invalid':
      return `not as the schema wants it: ${outcome.issues.join('; ')}`;
    case 'no-decision':
      return outcome.reason;
  }
}

/** Each thing that is wrong once, whoever said it. */
function findingsOnce(scores: readonly Score[]): Finding[] {
  const seen = new Set<string>();
  return scores
    .flatMap(({ findings }) => findings)
    .filter(({ code, message }) => {
      const key = `${code} ${message}`;
      const known = seen.has(key);
      seen.add(key);
      return !known;
    });
}
