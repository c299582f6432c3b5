import { DocketError } from '../../contracts/docket-error.ts';
import type { Replay } from '../../contracts/replay.ts';
import { faultyAnswer, type ToolFault, toolFaults } from '../../contracts/tool-fault.ts';
import type { Session } from '../session.ts';
import type { FoundTrial } from './1-find-trial.ts';
import { keepUpTo } from './2-change-result.ts';
import { type ReplayOptions, replay } from './index.ts';

/** A trial run on with one call of a tool failing in one way. */
export interface ReplayedFault {
  readonly tool: string;
  readonly call: number;
  readonly fault: ToolFault;
  readonly told: Replay;
}

/** Calls of a trial that are made to fail: the given one of a tool, or the first of each. */
export interface FailingCalls {
  readonly tool?: string;
  readonly call: number;
}

/**
 * The tools of a trial whose calls are made to fail.
 * @throws {DocketError} where there is no such call
 */
export function failingTools({ trial, name }: FoundTrial, { tool, call }: FailingCalls): string[] {
  if (tool !== undefined) {
    keepUpTo(trial.transcript, name, { tool, call, answer: faultyAnswer(tool, 'empty') });
    return [tool];
  }
  const called = [...new Set(trial.transcript.steps.flatMap((step) => (step.kind === 'tool-call' ? [step.tool] : [])))];
  if (called.length === 0) throw new DocketError(`No tool was called in ${name}, so none can fail in it.`);
  return called;
}

/** Runs a trial on with each of these tools failing in each way, one after the other. */
export async function replayEachFault(
  session: Session,
  found: FoundTrial,
  failing: FailingCalls,
  options: Omit<ReplayOptions, 'changed'>,
): Promise<ReplayedFault[]> {
  const replayed: ReplayedFault[] = [];
  const { call } = failing;
  for (const tool of failingTools(found, failing))
    for (const fault of toolFaults) {
      const changed = { tool, call, answer: faultyAnswer(tool, fault) };
      replayed.push({ tool, call, fault, told: await replay(session, found, { ...options, changed }) });
    }
  return replayed;
}
