import type { Attributes } from '@opentelemetry/api';
import { modeOf, unnamedModel } from '../contracts/answered-by.ts';
import { withoutAttached } from '../contracts/attachment.ts';
import type { DescribedVersion } from '../contracts/described-agent.ts';
import type { JsonObject } from '../contracts/json.ts';
import type { ModelMode } from '../contracts/model-mode.ts';
import { docketAttributes, errorType, genAi } from '../contracts/telemetry.ts';
import type { ModelCallStep, ToolCallStep, Transcript, Usage } from '../contracts/transcript.ts';
import type { Outcome } from '../contracts/trial.ts';
import { type ApiMessage, inputMessages, outputMessages } from './span-messages.ts';

/** The run of an agent that a span tells of. */
export interface TracedRun {
  /** `own`: it answers without Docket's model, so nothing says whose model it asks. */
  readonly agent: { readonly name: string; readonly own?: unknown };
  readonly version: Pick<DescribedVersion, 'name' | 'prompt' | 'model' | 'settings'> & {
    readonly toolVariant: {
      readonly definitions: readonly { readonly name: string; readonly description: string; readonly input_schema: object }[];
      readonly providerTools?: readonly { readonly type: string; readonly name: string }[] | undefined;
    };
  };
  readonly input: JsonObject;
  readonly trace?: RunTrace;
}

/** What the trace of a run says beside the run itself. */
export interface RunTrace {
  readonly versionFingerprint?: string;
  readonly mode?: ModelMode;
  /** Which trial it is; without it, it is a decision that somebody asked for. */
  readonly trial?: { readonly caseId: string; readonly series: string; readonly number: number };
  /** False leaves out what was said: messages, arguments, results, input, decision and texts of errors. True when not given. */
  readonly content?: boolean;
}

/** Known before the agent runs, so that a sampler can see it. */
export function agentStart({ agent, version, trace = {} }: TracedRun): Attributes {
  const { versionFingerprint, mode, trial } = trace;
  return {
    [genAi.operation]: 'invoke_agent',
    ...(agent.own ? {} : { [genAi.provider]: 'anthropic' }),
    [genAi.agentName]: agent.name,
    [genAi.agentVersion]: version.name,
    ...(version.model === unnamedModel ? {} : { [genAi.requestModel]: version.model }),
    ...(versionFingerprint === undefined ? {} : { [docketAttributes.versionFingerprint]: versionFingerprint }),
    ...(mode === undefined ? {} : { [docketAttributes.mode]: mode }),
    ...(trial === undefined
      ? {}
      : {
          [docketAttributes.caseId]: trial.caseId,
          [docketAttributes.series]: trial.series,
          [docketAttributes.trialNumber]: trial.number,
        }),
  };
}

/** What the agent was given; told at once, so that a run which never ends still has it. */
export function agentInput({ version, input, trace }: TracedRun, userMessage: string): Attributes {
  if (trace?.content === false) return {};
  return {
    [docketAttributes.input]: JSON.stringify(withoutAttached(input)),
    [genAi.systemInstructions]: systemInstructions(version),
    [genAi.toolDefinitions]: toolDefinitions(version),
    [genAi.inputMessages]: JSON.stringify(inputMessages([{ role: 'user', content: userMessage }])),
  };
}

/** How it ended. */
export function agentEnd({ trace }: TracedRun, outcome: Outcome, usage: Usage, transcript: Transcript): Attributes {
  const last = transcript.steps.findLast((step) => step.kind === 'model-call');
  const decided = outcome.kind === 'decided' && trace?.content !== false;
  return {
    [docketAttributes.outcome]: outcome.kind,
    ...(outcome.kind === 'infra-error' ? { [errorType]: outcome.error } : {}),
    // A stand-in says only with its answers that it is none.
    ...(trace?.mode === undefined ? {} : { [docketAttributes.mode]: modeOf(trace.mode, transcript) }),
    ...usageAttributes(usage),
    ...(decided ? { [docketAttributes.decision]: JSON.stringify(outcome.decision) } : {}),
    ...(decided && last ? { [genAi.outputMessages]: answer(last) } : {}),
  };
}

/** A model call before it is made. */
export function modelCallStart({ agent, version }: TracedRun): Attributes {
  // What an agent of its own asks its model for is not known here.
  if (agent.own) return { [genAi.operation]: 'chat' };
  return {
    [genAi.operation]: 'chat',
    [genAi.provider]: 'anthropic',
    [genAi.requestModel]: version.model,
    [genAi.requestMaxTokens]: version.settings.maxTokens,
    [genAi.requestReasoningLevel]: version.settings.effort,
    [genAi.outputType]: 'json',
  };
}

/** What the model was given: the conversation so far. */
export function modelCallInput({ version, trace }: TracedRun, messages: readonly ApiMessage[]): Attributes {
  if (trace?.content === false) return {};
  return {
    [genAi.systemInstructions]: systemInstructions(version),
    [genAi.toolDefinitions]: toolDefinitions(version),
    [genAi.inputMessages]: JSON.stringify(inputMessages(messages)),
  };
}

export function modelCallEnd({ trace }: TracedRun, step: ModelCallStep, responseId?: string): Attributes {
  return {
    [genAi.responseModel]: step.model,
    ...(responseId === undefined ? {} : { [genAi.responseId]: responseId }),
    ...(step.stopReason === null ? {} : { [genAi.finishReasons]: [step.stopReason] }),
    ...usageAttributes(step.usage),
    ...(trace?.content === false ? {} : { [genAi.outputMessages]: answer(step) }),
  };
}

export function toolCallStart(name: string, id: string): Attributes {
  return { [genAi.operation]: 'execute_tool', [genAi.toolName]: name, [genAi.toolCallId]: id, [genAi.toolType]: 'function' };
}

export function toolCallEnd({ version, trace }: TracedRun, step: ToolCallStep): Attributes {
  const description = version.toolVariant.definitions.find(({ name }) => name === step.tool)?.description;
  return {
    ...(step.isError ? { [errorType]: 'tool-error' } : {}),
    ...(description === undefined ? {} : { [genAi.toolDescription]: description }),
    ...(trace?.content === false
      ? {}
      : { [genAi.toolCallArguments]: JSON.stringify(step.input), [genAi.toolCallResult]: JSON.stringify(step.result) }),
  };
}

function answer({ content, stopReason }: ModelCallStep): string {
  return JSON.stringify(outputMessages(content as object[], stopReason));
}

function systemInstructions({ prompt }: TracedRun['version']): string {
  return JSON.stringify([{ type: 'text', content: prompt.text }]);
}

function toolDefinitions({ toolVariant }: TracedRun['version']): string {
  const functions = toolVariant.definitions.map(({ name, description, input_schema }) => ({
    type: 'function',
    name,
    description,
    parameters: input_schema,
  }));
  return JSON.stringify([...functions, ...(toolVariant.providerTools ?? []).map(({ type, name }) => ({ type, name }))]);
}

function usageAttributes({ inputTokens, outputTokens, cacheWriteTokens, cacheReadTokens }: Usage): Attributes {
  return {
    [genAi.inputTokens]: inputTokens + cacheWriteTokens + cacheReadTokens,
    [genAi.outputTokens]: outputTokens,
    [genAi.cacheWriteTokens]: cacheWriteTokens,
    [genAi.cacheReadTokens]: cacheReadTokens,
  };
}
