import { modelsOf } from '../../contracts/answered-by.ts';
import { exitCodes } from '../../contracts/docket-error.ts';
import type { Outcome } from '../../contracts/trial.ts';
import { trialDollars } from '../judging/trial-dollars.ts';
import type { PreparedVersion, Session } from '../session.ts';
import type { Decided } from './decide-once.ts';

/** All that is known of a run, as programs read it: who decided, what, what was found in it, what it used. */
export function decisionReport(session: Session, { identity }: PreparedVersion, { run: { trial, span }, findings }: Decided) {
  const { mode, outcome, usage, durationMs, transcript } = trial;
  const dollars = trialDollars(session.config.prices, trial);
  const models = modelsOf(transcript);
  return {
    mode,
    ...(models.every((model) => model === identity.model) ? {} : { answeredBy: models }),
    agent: session.agent.name,
    version: identity,
    outcome,
    ...(outcome.kind === 'decided' ? { decision: outcome.decision } : {}),
    findings,
    usage,
    ...(dollars === undefined ? {} : { dollars }),
    durationMs,
    ...(span ? { traceId: span.traceId } : {}),
  };
}

const cutRemedies = {
  max_tokens: "Raise the version's settings.maxTokens, or shorten its prompt.",
  model_context_window_exceeded: 'Shorten the prompt, the case or what the tools return, or take a model that holds more.',
} as const;

/** Why there is no decision, as a sentence, and the exit code for it. */
export function whyNone(outcome: Exclude<Outcome, { readonly kind: 'decided' }>): readonly [string, number] {
  switch (outcome.kind) {
    case 'refused': {
      const why = [outcome.category, outcome.explanation].filter((part) => part !== null).join(': ');
      return [`The model refused to decide${why ? ` (${why})` : ''}.`, exitCodes.regressed];
    }
    case 'truncated':
      return [`The answer was cut off (${outcome.stopReason}). ${cutRemedies[outcome.stopReason]}`, exitCodes.regressed];
    case 'invalid':
      return [`The answer is not a valid decision: ${outcome.issues.join('; ')}.`, exitCodes.regressed];
    case 'no-decision':
      return [`There is no decision: ${outcome.reason}`, exitCodes.regressed];
    case 'infra-error':
      return [`The model did not answer (${outcome.error}): ${outcome.message}`, exitCodes.incomplete];
  }
}
