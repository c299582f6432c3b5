/**
 * Docket's public API: everything an agent, a configuration, a case or a tool built on Docket needs, and nothing else.
 * Importing it starts nothing and loads no model SDK.
 */

export type { AgentRun } from './agent/agent-run.ts';
export { type Attachment, attachment, type UserContent } from './agent/attachment.ts';
export { type CommandAgentDefinition, commandAgent } from './agent/command-agent.ts';
export { type DocketConfig, defineConfig } from './agent/config.ts';
export {
  type Agent,
  type AgentDefinition,
  type CommandLineInput,
  type DomainKnowledge,
  defineAgent,
} from './agent/define-agent.ts';
export {
  type FunctionAgentDefinition,
  type FunctionAnswer,
  type FunctionContext,
  type FunctionVersion,
  functionAgent,
} from './agent/function-agent.ts';
export type { HttpAuth } from './agent/http/http-auth.ts';
export { type HttpAgentDefinition, type HttpAgentRequest, httpAgent } from './agent/http-agent.ts';
export type { Mutant, MutationPlace, Mutator, ToolSample } from './agent/mutator.ts';
export type { OwnAgentDefinition, OwnVersion } from './agent/own-agent.ts';
export type { OwnAnswer } from './agent/own-answer.ts';
export type { ReadDecision } from './agent/own-read.ts';
export type { OwnContext } from './agent/own-run.ts';
export type { OwnSchema } from './agent/own-schema.ts';
export { type PromptfooAgentDefinition, promptfooAgent } from './agent/promptfoo-agent.ts';
export type { ServeDefinition } from './agent/served/server-place.ts';
export type { VersionFrom } from './agent/served/version-from.ts';
export type { Tool, ToolDefinition } from './agent/tool.ts';
export { type AgentRunOptions, runAgent } from './agent/tool-loop.ts';
export { defineToolVariant, type ToolVariant } from './agent/tool-variant.ts';
export type { TracesMode } from './agent/traces-mode.ts';
export type { UserMessage } from './agent/user-message.ts';
export { resolveVersion, type Version } from './agent/version.ts';
export type { FactorSource, VersionFactors } from './agent/version-factors.ts';
export { type Case, caseSchema, type Dispute, type Label } from './contracts/case.ts';
export { type ConversationMessage, conversationSchema } from './contracts/conversation.ts';
export type { Decision } from './contracts/decision.ts';
export { DocketError, exitCodes } from './contracts/docket-error.ts';
export type { InputFrom, RecordedRun } from './contracts/input-from.ts';
export type { JsonObject, JsonValue } from './contracts/json.ts';
export type { ModelMode } from './contracts/model-mode.ts';
export type { MutationFamily } from './contracts/mutation-families.ts';
export type { MonotoneDirection, RedactionRule, RedactionRules } from './contracts/redaction.ts';
export type { DecidedInput, NoTwins, Relation, RelationKind, Twin } from './contracts/relation.ts';
export { type Finding, type Score, scoreSchema } from './contracts/score.ts';
export type {
  CaseEvidence,
  CaseScorer,
  JudgeIdentity,
  ModelQuestion,
  ModelReply,
  PromptCaseScorer,
  PromptTrialScorer,
  RunEvidence,
  Scorer,
  ScorerAnswer,
  ScorerNeed,
  ScoringContext,
  TrialEvidence,
  TrialScorer,
} from './contracts/scorer.ts';
export type { ModelCallStep, ToolCallStep, Transcript, Usage } from './contracts/transcript.ts';
export {
  type FailedTrial,
  type InfraErrorKind,
  type Outcome,
  type SettledOutcome,
  type Trial,
  type TrialKey,
  trialSchema,
} from './contracts/trial.ts';
export { type VersionDefinition, type VersionIdentity, type VersionSettings, versionSettingsSchema } from './contracts/version.ts';
export { createGate, type Gate } from './gate/create-gate.ts';
export type { GateOptions } from './gate/gate-options.ts';
export type { GateCase, GateState } from './gate/gate-state.ts';
export type { GateStep, Verdict as GateVerdict, WantedRuns } from './gate/verdict.ts';
export type { Model, ModelAnswer, ModelContext, ModelRequest } from './model/model.ts';
export { ModelError } from './model/model-error.ts';
export { seededRandom } from './model/random.ts';
export { type Simulation, simulatedModel } from './model/simulated.ts';
export type { Random, SimulatedAnswer, Simulator } from './model/simulator.ts';
export { changedAnswer, changedDecision } from './mutation/model/changed-answer.ts';
export { type ChangedResult, withToolResult } from './mutation/tools/tool-mutator.ts';
export { type Assertion, type AssertionOptions, assertion } from './scorers/assertion.ts';
export { type BudgetOptions, budget } from './scorers/budget.ts';
export { type ExpectedDecisionOptions, expectedDecision } from './scorers/expected-decision.ts';
export { type JudgeOptions, judge } from './scorers/judge.ts';
export type { ShownPart } from './scorers/judge-question.ts';
export { type InstructionResistanceOptions, instructionResistance } from './scorers/relations/instruction-resistance.ts';
export { type InvarianceOptions, invariance } from './scorers/relations/invariance.ts';
export { type MonotoneOptions, monotone } from './scorers/relations/monotone.ts';
export type { Retelling } from './scorers/relations/retellings.ts';
export { type StraddleOptions, straddle } from './scorers/relations/straddle.ts';
export { selfConsistency, type ValidateDecision } from './scorers/self-consistency.ts';
export { groundConsistency, type StatedGroundOptions, statedGround } from './scorers/stated-ground.ts';
export { type ToolFailureOptions, toolFailure } from './scorers/tool-failure.ts';
export { type TracedNumbersOptions, tracedNumbers } from './scorers/traced-numbers.ts';
export { type TrajectoryOptions, trajectory } from './scorers/trajectory.ts';
export { passHatK, type TrialConsistencyOptions, trialConsistency } from './scorers/trial-consistency.ts';
