import type { ProviderResponse } from 'promptfoo';
import type { JsonObject } from '../contracts/json.ts';
import type { SettledOutcome, Trial } from '../contracts/trial.ts';
import { cost } from '../text/figures.ts';
import { visibleText } from '../text/hostile-text.ts';
import type { TrialRun } from '../trials/run-trial.ts';
import { infraErrorText } from './error-text.ts';
import type { RowMetadata } from './row-metadata.ts';
import { visibleJson } from './visible-json.ts';

/** A trial as promptfoo takes it. An infra error becomes an error, which is no failure of the agent; every other end is an output to be judged. */
export function responseTo(
  { trial, reused }: Pick<TrialRun, 'trial' | 'reused'>,
  metadata: Omit<RowMetadata, 'outcome'>,
  dollars: number | undefined,
): ProviderResponse {
  const { outcome } = trial;
  const row = {
    ...metadata,
    outcome: outcome.kind,
    ...(dollars === undefined || trial.mode === 'live' ? {} : { price: cost(dollars, trial.mode) }),
  };
  if (outcome.kind === 'infra-error') return { error: infraErrorText(outcome), metadata: row };
  return {
    output: spacedJson(outputOf(outcome)),
    metadata: row,
    tokenUsage: tokenUsageOf(trial.usage, trial.transcript, reused),
    latencyMs: trial.durationMs,
    // promptfoo adds up what was spent: where no model was paid, the price stands beside the row instead.
    ...(dollars === undefined || trial.mode !== 'live' ? {} : { cost: dollars }),
    // promptfoo's word for "no model was called for this row".
    cached: reused,
  };
}

function outputOf(outcome: SettledOutcome): JsonObject {
  switch (outcome.kind) {
    case 'decided':
      return visibleJson(outcome.decision) as JsonObject;
    case 'refused':
      return visibleJson({ outcome: 'refused', category: outcome.category, explanation: outcome.explanation }) as JsonObject;
    case 'truncated':
      return { outcome: 'truncated', stopReason: outcome.stopReason };
    case 'invalid':
      return { outcome: 'invalid', issues: outcome.issues.map(visibleText), text: visibleText(outcome.text) };
    case 'no-decision':
      return { outcome: 'no-decision', reason: visibleText(outcome.reason) };
  }
}

/** JSON on one line with a space after each comma and colon, so that promptfoo's table can break it between words. */
function spacedJson(value: JsonObject): string {
  return JSON.stringify(value, null, 1).replace(/\n */g, ' ').replace(/^\{ /, '{').replace(/ \}$/, '}');
}

function tokenUsageOf(
  usage: Trial['usage'],
  transcript: Trial['transcript'],
  reused: boolean,
): NonNullable<ProviderResponse['tokenUsage']> {
  const prompt = usage.inputTokens + usage.cacheWriteTokens + usage.cacheReadTokens;
  const total = prompt + usage.outputTokens;
  if (reused) return { cached: total, total, numRequests: 0 };
  const calls = transcript.steps.filter(({ kind }) => kind === 'model-call').length;
  return { prompt, completion: usage.outputTokens, total, numRequests: calls };
}
