import type { Outcome } from '../../contracts/trial.ts';
import { ModelError } from '../../model/model-error.ts';

/** How a program ended without an answer. */
export interface WithoutAnswer {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What it logged last, as a sentence. */
  readonly logged: string;
  /** True where no program of this agent has answered yet: it may not have come as far as the trial. */
  readonly atStart: boolean;
}

/** "Try again later", by the convention of sysexits.h. */
const tryAgain = 75;

/** What `env`, `sh` and their like end with when there is no such program, or it may not be run. */
const notStarted = [126, 127];

/**
 * What it means that a program ended and gave no answer. That it failed, by an exit code, counts against the agent, as an exception does.
 * @throws {ModelError} where it says nothing about the agent: it was killed, could not do its work now, or never began
 */
export function endFault({ code, signal, logged, atStart }: WithoutAnswer): { readonly outcome: Outcome } {
  if (signal !== null) throw infra(`The program was ended by ${signal}.${logged}`, true);
  if (code === tryAgain) throw infra(`The program says that it cannot work now (exit code ${tryAgain}).${logged}`, true);
  if (notStarted.includes(code ?? -1)) throw infra(`The program could not start another one (exit code ${code}).${logged}`, false);
  if (atStart)
    throw infra(
      `The worker ended with exit code ${code} before any of them had answered. A worker answers a line with a line until its standard input ends.${logged}`,
      false,
    );
  return { outcome: { kind: 'no-decision', reason: `The program ended with exit code ${code} and gave no answer.${logged}` } };
}

function infra(message: string, retryable: boolean): ModelError {
  return new ModelError('worker', message, { retryable });
}
