import { z } from 'zod';
import { decisionSchema } from './decision.ts';
import { modelModeSchema } from './model-mode.ts';
import { chargeSchema, transcriptSchema, usageSchema } from './transcript.ts';

/** Why the machinery, not the agent, failed. Never a pass and never a fail. */
export const infraErrorKindSchema = z.enum([
  'connection',
  'timeout',
  'rate-limit',
  'spend-limit',
  'server',
  'authentication',
  'request',
  'response',
  'replay-miss',
  /** The agent's own process ended, or broke the protocol. */
  'worker',
  /** A scorer threw or was late: the trial is stored and can be scored again. */
  'scorer',
  /** Files of the version were no longer what its fingerprint says when the trial ended: nobody knows what it ran on. */
  'changed',
]);
export type InfraErrorKind = z.infer<typeof infraErrorKindSchema>;

/** How a trial ended when it says something about the agent. These are stored and scored. */
export const settledOutcomeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('decided'), decision: decisionSchema }),
  z.object({ kind: z.literal('refused'), category: z.string().nullable(), explanation: z.string().nullable() }),
  z.object({ kind: z.literal('truncated'), stopReason: z.enum(['max_tokens', 'model_context_window_exceeded']) }),
  z.object({ kind: z.literal('invalid'), text: z.string(), issues: z.array(z.string()).min(1) }),
  z.object({ kind: z.literal('no-decision'), reason: z.string() }),
]);

/** How a trial ended when the machinery failed. Kept apart, retried by the next run, never scored. */
export const infraErrorOutcomeSchema = z.object({
  kind: z.literal('infra-error'),
  error: infraErrorKindSchema,
  message: z.string(),
  /** True when trying again by itself may help. */
  retryable: z.boolean(),
  /** True when the provider may have charged for an answer that never came. */
  lost: z.boolean().optional(),
});

export const outcomeSchema = z.discriminatedUnion('kind', [...settledOutcomeSchema.options, infraErrorOutcomeSchema]);
export type Outcome = z.infer<typeof outcomeSchema>;
export type SettledOutcome = z.infer<typeof settledOutcomeSchema>;
export type InfraErrorOutcome = z.infer<typeof infraErrorOutcomeSchema>;

/** What makes a trial this one and no other. */
export const trialKeySchema = z.object({
  versionFingerprint: z.string(),
  caseFingerprint: z.string(),
  /** Tells a baseline epoch, a candidate run and fresh baseline runs of one gate apart. */
  series: z.string().min(1),
  /** Repeats are numbered from 1. */
  number: z.int().positive(),
});
export type TrialKey = z.infer<typeof trialKeySchema>;

const trialBase = {
  key: trialKeySchema,
  /** Who answered, whatever was asked for: a server that says it is simulated makes the trial simulated. */
  mode: modelModeSchema,
  /** Where live calls went. */
  endpoint: z.string().optional(),
  transcript: transcriptSchema,
  usage: usageSchema,
  startedAt: z.iso.datetime(),
  durationMs: z.number().nonnegative(),
  /** How often the machinery failed before this end. */
  infraRetries: z.int().nonnegative(),
  /** What was charged for the tries that it ended so. */
  earlierCharges: z.array(chargeSchema).min(1).optional(),
};

/** One run of one version on one case, as stored: written once, never run again. */
export const trialSchema = z.object({ ...trialBase, outcome: settledOutcomeSchema });
export type Trial = z.infer<typeof trialSchema>;

/** A run that the machinery ended. */
export const failedTrialSchema = z.object({ ...trialBase, outcome: infraErrorOutcomeSchema });
export type FailedTrial = z.infer<typeof failedTrialSchema>;

/** True when the agent ended the trial, and not the machinery. */
export function isSettled(trial: Trial | FailedTrial): trial is Trial {
  return trial.outcome.kind !== 'infra-error';
}
