import { z } from 'zod';
import { modelModeSchema } from './model-mode.ts';
import { mostShards } from './shard.ts';

const hashSchema = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 in lower-case hexadecimal');
const countSchema = z.int().nonnegative();

/** Commands that can run a part of their trials. */
export const shardedCommands = ['eval', 'compare', 'gate', 'baseline accept'] as const;

/** What a shard says of itself, beside its store: `shard.json`. */
export const shardRecordSchema = z.strictObject({
  kind: z.literal('shard'),
  /** Raised when a field changes its meaning or goes. */
  schemaVersion: z.literal(1),
  /** Version of Docket. */
  docket: z.string().max(100),
  createdAt: z.iso.datetime(),
  command: z.enum(shardedCommands),
  shard: z.strictObject({ number: z.int().min(1).max(mostShards), count: z.int().min(1).max(mostShards) }),
  /** Hash of how all trials were divided: the same in all shards that belong together. */
  plan: hashSchema,
  agent: z.string().max(500),
  mode: modelModeSchema,
  versions: z.array(z.strictObject({ name: z.string().max(500), fingerprint: z.string().max(200) })),
  /** Under what its trials are stored. */
  series: z.string().max(500),
  /** Trials of cases; the twins of a case are run with it and count with it. */
  trials: z.strictObject({
    /** Of all shards together. */
    all: countSchema,
    /** Of this one; 0 where there are fewer trials than shards. */
    planned: countSchema,
    /** Of those planned; the others ran before, or need no run. */
    run: countSchema,
    /** Ended by the machinery, or never started: they are in no store. */
    missing: countSchema,
    /** Of other shards' parts, run here because nobody else had begun them; only where all of them see the same store. */
    taken: countSchema.optional(),
  }),
  /** Trials in its store, twins and both sides of a gate each. */
  stored: countSchema,
  /** How many cases have a measured duration, by which the trials were divided. */
  measuredCases: countSchema,
  durationMs: z.number().nonnegative(),
  /** Why trials are missing, or why there was nothing to run. */
  reason: z.string().optional(),
});
export type ShardRecord = z.infer<typeof shardRecordSchema>;
