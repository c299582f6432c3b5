import { didYouMean } from '../../text/did-you-mean.ts';
import type { JudgedTrial } from '../judged-trial.ts';
import type { MatcherState, SyncExpectationResult } from '../matcher-types.ts';
import { allHold } from './all-hold.ts';
import { type Look, subjectOf, trialsIn } from './subject.ts';

/** The trial called each of these tools at least once, in any order. */
export function toHaveCalledTools(this: MatcherState, received: unknown, tools: readonly string[]): SyncExpectationResult {
  const trials = trialsIn('toHaveCalledTools', received);
  if (tools.length === 0) throw new TypeError('toHaveCalledTools() was given no tools. Name at least one.');
  return allHold(
    this.isNot,
    `have called ${tools.join(', ')}`,
    trials.map((trial) => lookAt(trial, tools)),
  );
}

function lookAt(trial: JudgedTrial, tools: readonly string[]): Look {
  // A misspelt name would never be called, and `.not` would hold for ever.
  const known = new Set(Object.values(trial.agent.toolVariants).flatMap((variant) => [...variant.tools.keys()]));
  const unknown = tools.find((tool) => !known.has(tool));
  if (unknown !== undefined) {
    throw new TypeError(`toHaveCalledTools(): the agent "${trial.agent.name}" has no tool "${unknown}".${didYouMean(unknown, known)}`);
  }
  const called = new Set(trial.evidence.trial.transcript.steps.flatMap((step) => (step.kind === 'tool-call' ? [step.tool] : [])));
  const missing = tools.filter((tool) => !called.has(tool));
  const shown = `called ${[...called].join(', ') || 'no tool'}`;
  return {
    ...subjectOf(trial),
    holds: missing.length === 0,
    came: missing.length > 0 ? `${missing.join(', ')} was not called; it ${shown}` : shown,
  };
}
