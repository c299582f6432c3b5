import type { InfraErrorOutcome, Outcome } from '../../contracts/trial.ts';
import { whyNone } from '../decide/decision-report.ts';

/** How a request that brought no decision is answered. */
export interface FailedAnswer {
  readonly status: 402 | 422 | 502 | 503 | 504;
  readonly error: string;
  readonly message: string;
  /** True where trying again later may help. */
  readonly again: boolean;
}

/** The answer to a run without a decision: 422 where the agent gave none, otherwise by what failed. */
export function failedAnswer(outcome: Exclude<Outcome, { readonly kind: 'decided' }>): FailedAnswer {
  const [message] = whyNone(outcome);
  if (outcome.kind !== 'infra-error') return { status: 422, error: outcome.kind, message, again: false };
  return { status: statusOf(outcome), error: outcome.error, message, again: outcome.retryable };
}

function statusOf({ error, retryable }: InfraErrorOutcome): FailedAnswer['status'] {
  if (error === 'spend-limit') return 402;
  if (error === 'timeout') return 504;
  return retryable ? 503 : 502;
}
