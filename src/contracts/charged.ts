import type { Charge, ModelCallStep, Transcript, Usage } from './transcript.ts';
import type { Outcome } from './trial.ts';

const nothing: Usage = { inputTokens: 0, outputTokens: 0, cacheWriteTokens: 0, cacheReadTokens: 0 };

/** What was charged for a call. */
export function chargesOfCall({ charges, model, usage }: Pick<ModelCallStep, 'charges' | 'model' | 'usage'>): readonly Charge[] {
  if (charges) return charges;
  return [{ model, usage, ...(tellsTokens(usage) ? {} : { unknown: untoldTokens }) }];
}

/** Why the price of a call is not known whose server says nothing of its tokens. */
export const untoldTokens = 'nobody says how many tokens it took';

/** False for a call of no tokens at all, as there is none. */
export function tellsTokens(usage: Usage): boolean {
  return Object.values(usage).some((tokens) => tokens > 0);
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
