import { canonicalJson } from '../contracts/canonical-json.ts';
import type { Finding } from '../contracts/score.ts';
import type { PromptTrialScorer } from '../contracts/scorer.ts';
import { scoreOf } from './score.ts';

export interface TrajectoryOptions {
  /** Tools every trial has to call; `all` means every tool that was offered. */
  readonly required: 'all' | readonly string[];
  /** False: the score informs and does not decide. */
  readonly hard?: boolean;
}

/** How the agent got there: required tools called, no call repeated with the same arguments, no tool error. */
export function trajectory({ required, hard = false }: TrajectoryOptions): PromptTrialScorer {
  const name = 'trajectory';
  return {
    scope: 'trial',
    name,
    needs: [],
    settings: { required: required === 'all' ? required : [...required], hard },
    score({ trial, tools }) {
      const calls = trial.transcript.steps.filter((step) => step.kind === 'tool-call');
      const called = new Set(calls.map(({ tool }) => tool));
      const findings: Finding[] = [];
      for (const tool of required === 'all' ? tools : required) {
        if (!called.has(tool)) findings.push({ code: 'tool-not-called', message: `${tool} was not called` });
      }
      const seen = new Set<string>();
      for (const { tool, input, isError, result } of calls) {
        const call = `${tool} ${canonicalJson(input)}`;
        if (seen.has(call)) findings.push({ code: 'redundant-tool-call', message: `${tool} was called again with the same arguments` });
        seen.add(call);
        if (isError) findings.push({ code: 'tool-error', message: `${tool} answered with an error: ${result.slice(0, 200)}` });
      }
      const modelCalls = trial.transcript.steps.filter((step) => step.kind === 'model-call').length;
      return {
        ...scoreOf(name, hard, findings, `called ${[...called].join(', ') || 'no tool'}`),
        measures: { toolCalls: calls.length, modelCalls },
      };
    },
  };
}
