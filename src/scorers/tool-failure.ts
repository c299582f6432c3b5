import { sameValue } from '../contracts/compare-values.ts';
import type { Decision } from '../contracts/decision.ts';
import { comparatorsFor } from '../contracts/decision-rules.ts';
import type { JsonObject } from '../contracts/json.ts';
import { ownField } from '../contracts/own-field.ts';
import type { Finding } from '../contracts/score.ts';
import type { PromptTrialScorer } from '../contracts/scorer.ts';
import type { ToolCallStep } from '../contracts/transcript.ts';
import { scoreOf } from './score.ts';

export interface ToolFailureOptions {
  /** Tools that must not be guessed around; all when not given. */
  readonly tools?: readonly string[];
  /** What may be decided all the same, as values of decision fields: `{ approved: false }`. */
  readonly allow?: JsonObject;
  /** False: the score informs and does not decide. */
  readonly hard?: boolean;
}

/** Name of the score of `toolFailure`. */
export const toolFailureName = 'tool-failure';

/**
 * A tool that fails is never guessed around: where one ends in an error or says nothing, and no later call of it succeeds, the run ends without a decision,
 * or with one that is allowed. Nothing to judge where no tool failed.
 */
export function toolFailure({ tools, allow, hard = true }: ToolFailureOptions = {}): PromptTrialScorer {
  return {
    scope: 'trial',
    name: toolFailureName,
    ...(allow ? { fields: Object.keys(allow) } : {}),
    needs: [],
    settings: { hard, ...(tools ? { tools: [...tools] } : {}), ...(allow ? { allow } : {}) },
    score({ trial: { transcript, outcome }, case: found, rules }) {
      const calls = transcript.steps.filter((step) => step.kind === 'tool-call' && (tools?.includes(step.tool) ?? true)) as ToolCallStep[];
      if (!calls.some(hasFailed)) return undefined;
      const open = calls.filter(
        (call, index) => hasFailed(call) && !calls.slice(index + 1).some((later) => later.tool === call.tool && !hasFailed(later)),
      );
      const comparators = rules ? comparatorsFor(rules, found) : {};
      const isAllowed = (decision: Decision) =>
        allow !== undefined &&
        Object.entries(allow).every(([field, value]) => sameValue(field, ownField(decision, field), value, comparators));
      const findings: Finding[] =
        outcome.kind !== 'decided' || isAllowed(outcome.decision)
          ? []
          : [...new Map(open.map((call) => [call.tool, call])).values()].map((call) => ({
              code: 'guessed-around',
              message: `${call.tool} ${call.isError ? `failed (${whyOf(call)})` : 'said nothing'} and no later call of it succeeded, and the run decides all the same`,
            }));
      return scoreOf(
        toolFailureName,
        hard,
        findings,
        open.length === 0 ? 'a tool failed, and a later call of it succeeded' : 'a tool failed, and nothing was guessed',
      );
    },
  };
}

/** The tool loop says which tool it was, and that it failed. */
function whyOf({ tool, result }: ToolCallStep): string {
  return result.replace(`${tool} failed: `, '').slice(0, 100);
}

function hasFailed({ isError, result }: ToolCallStep): boolean {
  return isError || result.trim() === '';
}
