import type { JsonObject } from '../../contracts/json.ts';
import { otherValue } from '../../contracts/other-value.ts';
import type { TrialEvidence, TrialScorer } from '../../contracts/scorer.ts';
import type { ModelCallStep } from '../../contracts/transcript.ts';

/** A lot of anything that a run can use up. */
const huge = 1e12;

/**
 * A run that passed, spoiled in three ways, the plainest first: a decision that says nothing; one that is wrong in every field, reached without a single
 * step and at a price that nobody would pay; and one that says whatever the scorer itself speaks of. Whoever passes all three fails nothing.
 */
export function spoiledRuns(passed: TrialEvidence, scorer: TrialScorer): TrialEvidence[] {
  const { outcome } = passed.trial;
  const decision = { ...passed.case.label.decision, ...(outcome.kind === 'decided' ? outcome.decision : {}) } as JsonObject;
  const words = `${scorer.score.toString()} ${JSON.stringify(scorer.settings ?? {})}`;
  const used = { inputTokens: huge, outputTokens: huge, cacheWriteTokens: 0, cacheReadTokens: 0 };
  const said: ModelCallStep = {
    kind: 'model-call',
    model: 'spoiled',
    stopReason: 'end_turn',
    content: [{ type: 'text', text: words }],
    usage: used,
    durationMs: huge,
  };
  const spoiled = (decided: JsonObject, steps: TrialEvidence['trial']['transcript']['steps']): TrialEvidence => ({
    ...passed,
    dollars: huge,
    trial: {
      ...passed.trial,
      usage: used,
      durationMs: huge,
      outcome: { kind: 'decided', decision: decided },
      transcript: { ...passed.trial.transcript, steps },
    },
  });
  return [
    spoiled(otherValue(decision, '') as JsonObject, []),
    spoiled({}, []),
    spoiled(otherValue(decision, words) as JsonObject, [...passed.trial.transcript.steps, said]),
  ];
}
