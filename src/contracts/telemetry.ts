/**
 * Names of the attributes, spans and events of a trace. The `gen_ai` names are those of the GenAI semantic conventions
 * (open-telemetry/semantic-conventions-genai); content attributes hold JSON as text, because span attributes are flat.
 */

/** Instrumentation scope of every span that Docket makes. */
export const docketScope = 'docket';

/** Attributes of the GenAI conventions. */
export const genAi = {
  operation: 'gen_ai.operation.name',
  provider: 'gen_ai.provider.name',
  agentName: 'gen_ai.agent.name',
  agentVersion: 'gen_ai.agent.version',
  requestModel: 'gen_ai.request.model',
  requestMaxTokens: 'gen_ai.request.max_tokens',
  requestReasoningLevel: 'gen_ai.request.reasoning.level',
  responseModel: 'gen_ai.response.model',
  responseId: 'gen_ai.response.id',
  finishReasons: 'gen_ai.response.finish_reasons',
  outputType: 'gen_ai.output.type',
  /** All input tokens, those that were written to or read from a cache included. */
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  cacheWriteTokens: 'gen_ai.usage.cache_write.input_tokens',
  cacheReadTokens: 'gen_ai.usage.cache_read.input_tokens',
  systemInstructions: 'gen_ai.system_instructions',
  inputMessages: 'gen_ai.input.messages',
  outputMessages: 'gen_ai.output.messages',
  toolDefinitions: 'gen_ai.tool.definitions',
  toolName: 'gen_ai.tool.name',
  toolType: 'gen_ai.tool.type',
  toolDescription: 'gen_ai.tool.description',
  toolCallId: 'gen_ai.tool.call.id',
  toolCallArguments: 'gen_ai.tool.call.arguments',
  toolCallResult: 'gen_ai.tool.call.result',
} as const;

/** Attributes of the event that carries one score. */
export const genAiEvaluation = {
  event: 'gen_ai.evaluation.result',
  name: 'gen_ai.evaluation.name',
  value: 'gen_ai.evaluation.score.value',
  label: 'gen_ai.evaluation.score.label',
  explanation: 'gen_ai.evaluation.explanation',
} as const;

/** What a run ended by, as the general conventions name it. */
export const errorType = 'error.type';

/** Attributes of our own, for what the conventions have no name for. */
export const docketAttributes = {
  /** The structured input of the agent, as JSON text. */
  input: 'docket.input',
  /** The decision, as JSON text; only when there is one. */
  decision: 'docket.decision',
  /** How the run ended: decided, refused, truncated, invalid, no-decision, infra-error. */
  outcome: 'docket.outcome',
  versionFingerprint: 'docket.version.fingerprint',
  /** Who answered: live, recorded, simulated. */
  mode: 'docket.mode',
  /** Case, series and number of a trial; a decision that somebody asked for in production has none of them. */
  caseId: 'docket.case.id',
  series: 'docket.trial.series',
  trialNumber: 'docket.trial.number',
  /** True when the spans were made from a stored trial and no model was called. */
  reused: 'docket.trial.reused',
  /** Codes of a score's findings, on its event. */
  findings: 'docket.findings',
  /** Who gave a score that was imported, as the system there says it; on its event. */
  evaluationSource: 'docket.evaluation.source',
} as const;
