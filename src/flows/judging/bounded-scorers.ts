import { Script } from 'node:vm';
import type { Agent } from '../../agent/define-agent.ts';

/** Longer than any arithmetic on one decision takes. */
const longestMs = 10_000;

/** Where the work stands while the script runs it; one at a time, because a scorer answers at once. */
const place = Symbol.for('docket.bounded-work');
const script = new Script(`globalThis[Symbol.for('docket.bounded-work')]()`, { filename: 'docket-deadline' });

/**
 * The agent with scorers that fail where they keep the process to themselves, be it for a loop or a regular expression, which no other deadline ends: a decision that nobody thought of
 * must not stop whoever judges it.
 */
export function withBoundedScorers(agent: Agent, milliseconds: number = longestMs): Agent {
  const scorers = agent.scorers.map((scorer) => {
    const { score } = scorer;
    return {
      ...scorer,
      score: (...given: never) => within(milliseconds, () => (score as (...given: never) => unknown).apply(scorer, given)),
    };
  });
  return { ...agent, scorers: scorers as unknown as Agent['scorers'] };
}

function within<Result>(milliseconds: number, work: () => Result): Result {
  const shared = globalThis as { [place]?: () => Result };
  shared[place] = work;
  try {
    return script.runInThisContext({ timeout: milliseconds }) as Result;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    const late = new Error(`it did not answer within ${milliseconds / 1000} s`, { cause: error });
    // Where it stood when it was stopped is not known; here is not the place.
    late.stack = late.message;
    throw late;
  } finally {
    delete shared[place];
  }
}
