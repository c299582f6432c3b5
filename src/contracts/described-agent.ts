import { z } from 'zod';
import { partName } from './attribution.ts';
import { jsonObjectSchema, jsonValueSchema } from './json.ts';
import { servedSchema } from './served.ts';
import { versionSettingsSchema } from './version.ts';

/** A tool variant as plain data: what the model is sent, and where each tool's code is. */
export const describedVariantSchema = z.object({
  /** The tools' JSON exactly as sent. */
  definitions: z.array(z.looseObject({ name: z.string(), description: z.string(), input_schema: jsonObjectSchema })),
  providerTools: z.array(z.looseObject({ type: z.string(), name: z.string() })).optional(),
  decisionJsonSchema: jsonObjectSchema,
  tools: z.array(z.object({ name: z.string(), source: z.string() })),
  /** Where these differ from the agent's own. */
  inputStructure: jsonValueSchema.optional(),
  userMessage: z.object({ source: z.string() }).optional(),
});
export type DescribedVariant = z.infer<typeof describedVariantSchema>;

/** What a version says of its factors: patterns of files, and variables by the hash of their value (null: not set). */
export const describedFactorsSchema = z.record(
  z.string().regex(partName),
  z.object({ files: z.array(z.string()), environment: z.record(z.string(), z.string().nullable()) }),
);
export type DescribedFactors = z.infer<typeof describedFactorsSchema>;

/** A version as plain data, every name looked up and every setting filled in. */
export const describedVersionSchema = z.object({
  name: z.string(),
  prompt: z.object({ name: z.string(), text: z.string() }),
  toolVariant: describedVariantSchema.extend({ name: z.string() }),
  model: z.string(),
  settings: versionSettingsSchema,
  factors: describedFactorsSchema.optional(),
  /** Who answers, where that is a server somewhere else. */
  served: servedSchema.optional(),
});
export type DescribedVersion = z.infer<typeof describedVersionSchema>;

/** A scorer by what can be read of it. */
const describedScorerSchema = z.object({
  name: z.string(),
  scope: z.enum(['trial', 'case']),
  settings: jsonObjectSchema.optional(),
  /** The function's own text. */
  text: z.string(),
});

/** The kinds of agents that answer by themselves: by a function of the same process, a program, an HTTP server, or a provider of promptfoo's. */
export const ownKindSchema = z.enum(['function', 'command', 'http', 'promptfoo']);
export type OwnKind = z.infer<typeof ownKindSchema>;

/**
 * An agent as plain data: all that its fingerprints and a comparison of its rules are made of, but for the content of files. What runs code
 * (tools, scorers, policy, schemas) is there by its text or by the file that it comes from.
 */
export const describedAgentSchema = z.object({
  name: z.string(),
  inputStructure: jsonValueSchema,
  prompts: z.record(z.string(), z.string()),
  toolVariants: z.record(z.string(), describedVariantSchema),
  versions: z.record(
    z.string(),
    z.object({
      prompt: z.string(),
      toolVariant: z.string(),
      model: z.string(),
      settings: versionSettingsSchema.partial().optional(),
      factors: describedFactorsSchema.optional(),
    }),
  ),
  userMessage: z.object({ source: z.string() }),
  simulator: z.object({ source: z.string() }).optional(),
  scorers: z.array(describedScorerSchema),
  scorersSource: z.string().optional(),
  /** Relations by what can be read of them: they judge where the gate's options name them. */
  relations: z.array(z.object({ name: z.string(), kind: z.string(), settings: jsonObjectSchema.optional(), text: z.string() })).optional(),
  policy: z.object({ name: z.string(), text: z.string() }).optional(),
  /** What is known of the domain, functions by their text. */
  domain: jsonObjectSchema,
  reads: z.array(z.string()).optional(),
  /** Present for an agent that answers without Docket's tool loop and model. */
  own: z
    .object({
      kind: ownKindSchema,
      setup: z.array(z.string()).min(1).optional(),
      /** True for a server that is started from the checkout. */
      serves: z.literal(true).optional(),
    })
    .optional(),
  /** A module of the copy of Docket that defined the agent. */
  docket: z.string().optional(),
  /** Files that are no part of an agent whose code cannot be followed: patterns, and the folder of the cases. */
  ignored: z.object({ ignore: z.array(z.string()), cases: z.string() }).optional(),
  /** Folder of the configuration. */
  root: z.string().optional(),
});
export type DescribedAgent = z.infer<typeof describedAgentSchema>;
