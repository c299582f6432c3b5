import type { ToolAnswer } from '../../agent/agent-run.ts';
import { DocketError } from '../../contracts/docket-error.ts';
import type { JsonValue } from '../../contracts/json.ts';
import type { ModelCallStep, ToolCallStep, Transcript } from '../../contracts/transcript.ts';
import { didYouMean } from '../../text/did-you-mean.ts';
import { count, counted, listed } from '../../text/figures.ts';

/** The call whose result is changed. */
export interface ChangedCall {
  readonly tool: string;
  /** Which call of that tool, from 1. */
  readonly call: number;
  readonly answer: ToolAnswer;
}

/** What is kept of a trial up to a changed result: answers of the model, and what its calls were told. */
export interface KeptPart {
  readonly answers: readonly ModelCallStep[];
  readonly told: readonly ToolAnswer[];
  /** How many steps of the transcript that is. */
  readonly steps: number;
  readonly original: ToolCallStep;
  /** True where nothing is changed. */
  readonly same: boolean;
}

/**
 * The part of a transcript that is kept: the turn of the changed call with its other results, and all before it.
 * @throws {DocketError} where the tool was not called, or not so often, or the transcript is not whole
 */
export function keepUpTo({ steps }: Transcript, name: string, { tool, call, answer }: ChangedCall): KeptPart {
  const calls = steps.flatMap((step, index) => (step.kind === 'tool-call' && step.tool === tool ? [{ step, index }] : []));
  const changed = calls[call - 1];
  if (!changed) throw notCalled(steps, name, tool, call, calls.length);
  const next = steps.findIndex((step, index) => index > changed.index && step.kind === 'model-call');
  const kept = next === -1 ? steps : steps.slice(0, next);
  const answers = kept.filter((step) => step.kind === 'model-call');
  const told = kept.flatMap((step) =>
    step.kind === 'tool-call' ? [step === changed.step ? answer : { result: step.result, isError: step.isError }] : [],
  );
  requireWhole(kept, name);
  const { result, isError } = changed.step;
  return { answers, told, steps: kept.length, original: changed.step, same: result === answer.result && isError === answer.isError };
}

function notCalled(steps: Transcript['steps'], name: string, tool: string, call: number, times: number): DocketError {
  if (times > 0)
    return new DocketError(
      `${tool} was called ${times === 1 ? 'once' : `${count(times)} times`} in ${name}, so there is no call ${count(call)} of it.`,
    );
  const called = steps.flatMap((step) => (step.kind === 'tool-call' ? [step.tool] : []));
  const names = [...new Set(called)];
  const provided = steps.flatMap((step) => (step.kind === 'model-call' ? step.content.flatMap(providerTool) : []));
  if (provided.includes(tool))
    return new DocketError(
      `${tool} is a tool that the provider runs itself, so its result came with the model's own answer and cannot be changed.`,
    );
  if (names.length === 0) return new DocketError(`No tool was called in ${name}, so there is no result to change.`);
  const told = names.map((each) => `${each} (${counted(called.filter((other) => other === each).length, 'call')})`);
  return new DocketError(`${tool} was not called in ${name}.${didYouMean(tool, names)} Called were: ${listed(told)}.`);
}

function providerTool(block: JsonValue): string[] {
  return isBlock(block) && block.type === 'server_tool_use' && typeof block.name === 'string' ? [block.name] : [];
}

/** Each call that was answered is one that the model made, in the same order: else something of its answers was cut or taken out. */
function requireWhole(steps: Transcript['steps'], name: string): void {
  const asked = steps.flatMap((step) =>
    step.kind === 'model-call'
      ? step.content.flatMap((block) => (isBlock(block) && block.type === 'tool_use' ? [String(block.name)] : []))
      : [],
  );
  const answered = steps.flatMap((step) => (step.kind === 'tool-call' ? [step.tool] : []));
  let at = 0;
  // A decision that came beside calls is a call without a result.
  for (const each of asked) if (each === answered[at]) at += 1;
  if (at === answered.length) return;
  throw new DocketError(
    `The transcript of ${name} is not whole: ${answered[at]} has a result, and no answer of the model asks for it. What was redacted or cut cannot be sent again, so nothing can go on from it.`,
  );
}

function isBlock(value: JsonValue): value is { readonly [field: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
