import { z } from 'zod';
import { decisionSchema } from './decision.ts';
import { jsonValueSchema } from './json.ts';
import { modelModeSchema } from './model-mode.ts';
import { findingSchema } from './score.ts';
import { toolCallStepSchema } from './transcript.ts';
import { settledOutcomeSchema, trialKeySchema } from './trial.ts';
import { versionIdentitySchema } from './version.ts';

const told = toolCallStepSchema.pick({ result: true, isError: true });

/** How a run ended, and what the hard scorers find in it by the case's label. */
export const replayedEndSchema = z.strictObject({
  outcome: z.enum(settledOutcomeSchema.options.map((option) => option.shape.kind.value)),
  decision: decisionSchema.optional(),
  /** Why there is no decision. */
  detail: z.string().optional(),
  pass: z.boolean(),
  findings: z.array(findingSchema),
});
export type ReplayedEnd = z.infer<typeof replayedEndSchema>;

/** What `docket replay` finds out: a trial run on from a changed tool result. It is no trial of the version, and counts nowhere. */
export const replaySchema = z.strictObject({
  kind: z.literal('replay'),
  /** Raised when a field changes its meaning or goes. */
  schemaVersion: z.literal(1),
  /** As it was named, and as it is stored. */
  trial: z.string(),
  key: trialKeySchema,
  /** Who answered in it. */
  ranBy: modelModeSchema,
  /** With what it went on, and who answered then. */
  version: versionIdentitySchema,
  mode: modelModeSchema,
  /** True where the version as it is now is not the one that ran the trial. */
  otherState: z.boolean(),
  changed: z.strictObject({ tool: z.string(), call: z.int().positive(), was: told, is: told, same: z.boolean() }),
  /** Steps that were kept as they were. */
  kept: z.strictObject({ modelCalls: z.int(), toolCalls: z.int() }),
  original: replayedEndSchema,
  replays: z
    .array(
      replayedEndSchema.extend({
        number: z.int().positive(),
        /** Tool calls that it made after the change, with what they said. */
        calls: z.array(z.strictObject({ tool: z.string(), input: jsonValueSchema, result: z.string(), isError: z.boolean() })),
        /** Tools that failed and were guessed around, in words. */
        guessedAround: z.array(z.string()),
        /** Decision fields whose values differ from the original's. */
        differs: z.array(z.string()),
        /** List price of what was asked after the change; absent where it is not known. */
        dollars: z.number().nonnegative().optional(),
        reused: z.boolean(),
      }),
    )
    .min(1),
});
export type Replay = z.infer<typeof replaySchema>;
