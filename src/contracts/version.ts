import { z } from 'zod';
import type { FactorFiles } from './factor.ts';
import { jsonObjectSchema } from './json.ts';

/** Everything about a model call that a version may set besides the prompt and the tools. */
export const versionSettingsSchema = z.strictObject({
  /** How hard the model thinks; pinned, because a provider may change its default. Null leaves it out, for models and servers that refuse it. */
  effort: z.enum(['low', 'medium', 'high', 'xhigh', 'max']).nullable().default('medium'),
  /**
   * How the model gives its decision: in its answer, whose form the API guarantees (`output`), or by calling a tool (`tool`), for models and servers
   * without structured output.
   */
  decideBy: z.enum(['output', 'tool']).default('output'),
  /** Longest answer of one model call, in tokens. */
  maxTokens: z.int().positive().default(4096),
  /** Most model calls in one trial; more end it with the outcome `no-decision`. */
  maxTurns: z.int().positive().default(8),
  /** Longest time for one trial, in milliseconds; then it ends as an infra error. A timer takes no more than 24 days. */
  deadlineMs: z.int().positive().max(2_147_483_647).default(120_000),
  /** What else a function agent is told. */
  options: jsonObjectSchema.optional(),
});
export type VersionSettings = z.infer<typeof versionSettingsSchema>;

/** What an agent's author writes down for a version: which prompt, which tools, which model. */
export interface VersionDefinition {
  /** Name of a prompt of the agent. */
  readonly prompt: string;
  /** Name of a tool variant of the agent. */
  readonly toolVariant: string;
  /** Model id as the API knows it. */
  readonly model: string;
  readonly settings?: Partial<VersionSettings>;
  /** What else it is made of, for an agent that answers by itself. */
  readonly factors?: Readonly<Record<string, FactorFiles>>;
}

/** A version as results carry it. Two versions with the same fingerprint behave alike, whatever they are called. */
export const versionIdentitySchema = z.object({
  name: z.string(),
  fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
  prompt: z.string(),
  toolVariant: z.string(),
  model: z.string(),
});
export type VersionIdentity = z.infer<typeof versionIdentitySchema>;
