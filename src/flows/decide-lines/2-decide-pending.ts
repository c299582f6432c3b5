import { DocketError } from '../../contracts/docket-error.ts';
import { StopRule } from '../../trials/stop-rule.ts';
import { type Decided, decideOnce } from '../decide/decide-once.ts';
import { whyNone } from '../decide/decision-report.ts';
import type { PreparedVersion, Session } from '../session.ts';
import type { InputLine } from './1-check-lines.ts';

export interface DecidePendingOptions {
  readonly concurrency: number;
  readonly signal: AbortSignal;
  /** Aborted when no more lines are to be begun. */
  readonly enough?: AbortSignal;
  /** How many lines there are. */
  readonly pending: number;
  /** Given each run of which the agent is the cause; what it throws ends all. */
  readonly onDecided: (line: InputLine, decided: Decided) => void;
  /** Told of a line that brought nothing, with the run where there was one. */
  readonly onFailed: (line: InputLine, why: string, decided?: Decided) => void;
}

/** After so many lines in a row on which the agent's own code threw, the others are not tried. */
const hopelessRow = 10;

/**
 * Decides line after line, so many at a time; no more lines are in memory than that.
 * @returns why no more were begun; undefined when all were
 * @throws the signal's reason at an abort, and what a callback threw; runs in flight are aborted then
 */
export async function decidePending(
  session: Session,
  prepared: PreparedVersion,
  lines: AsyncGenerator<InputLine, void>,
  { concurrency, signal, enough, pending, onDecided, onFailed }: DecidePendingOptions,
): Promise<string | undefined> {
  const rule = new StopRule(pending);
  const giveUp = new AbortController();
  const both = AbortSignal.any([signal, giveUp.signal]);
  let stopped: string | undefined;
  let thrownInARow = 0;
  const work = async () => {
    while (stopped === undefined && !enough?.aborted) {
      both.throwIfAborted();
      const { value: line, done } = await lines.next();
      if (done) return;
      const decided = await runOf(line);
      if (!decided) continue;
      thrownInARow = 0;
      const { outcome } = decided.run.trial;
      if (outcome.kind === 'infra-error') onFailed(line, whyNone(outcome)[0], decided);
      else onDecided(line, decided);
      stopped ??= rule.after(decided.run);
    }
  };
  const runOf = async (line: InputLine): Promise<Decided | undefined> => {
    try {
      return await decideOnce(session, prepared, line.input, { signal: both, number: line.number });
    } catch (error) {
      if (both.aborted) throw error;
      // One input on which the agent's code breaks must not keep the others from their decision.
      const why = error instanceof DocketError ? error.message : `The agent's own code failed: ${String(error)}`;
      onFailed(line, why);
      thrownInARow += 1;
      if (thrownInARow >= hopelessRow) stopped ??= `${why} So it was on ${thrownInARow} lines in a row.`;
      return undefined;
    }
  };
  const workers = Array.from({ length: concurrency }, () =>
    work().catch((error: unknown) => {
      giveUp.abort(error);
    }),
  );
  await Promise.all(workers);
  await lines.return();
  if (both.aborted) throw both.reason;
  return stopped;
}
