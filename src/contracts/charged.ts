import type { Charge, ModelCallStep, Transcript, Usage } from './transcript.ts';
import type { Outcome } from './trial.ts';

const nothing: Usage = { inputTokens: 0, outputTokens: 0, cacheWriteTokens: 0, cacheReadTokens: 0 };

/** What was charged for a call. */
export function chargesOfCall({ charges, model, usage }: Pick<ModelCallStep, 'charges' | 'model' | 'usage'>): readonly Charge[] {
  if (charges) return charges;
  // A call without a prompt is one of which nobody said how long it was.
  const { outputTokens: _, ...prompt } = usage;
  const tellsTokens = Object.values(prompt).some((tokens) => tokens > 0);
  return [{ model, usage, ...(tellsTokens ? {} : { unknown: 'nobody says how many tokens it took' }) }];
}

/** What was charged for a run: its calls, and what was lost, whose price nobody knows. */
export function chargesOfRun({ transcript, outcome }: { readonly transcript: Transcript; readonly outcome: Outcome }): Charge[] {
  const calls = transcript.steps.filter((step) => step.kind === 'model-call');
  const lost = (outcome.kind === 'infra-error' && outcome.lost) || calls.some(({ lostTries }) => lostTries);
  return [
    ...calls.flatMap(chargesOfCall),
    ...(lost ? [{ model: calls.at(-1)?.model ?? '', usage: nothing, unknown: 'an answer that may have been charged never came' }] : []),
  ];
}
