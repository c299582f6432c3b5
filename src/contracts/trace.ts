import { z } from 'zod';
import { jsonValueSchema } from './json.ts';
import { usageSchema } from './transcript.ts';

/**
 * Where a trace came from: `docket` (our own instrumentation), `otlp` (a file or the receiver), the framework whose way of writing spans was
 * understood (`traces/dialects`), or the vendor that it was imported from (`traces/vendors`).
 */
export const traceSourceSchema = z.string().min(1);
export type TraceSource = z.infer<typeof traceSourceSchema>;

/** One message of a conversation, in the parts of the GenAI conventions. */
export const messagePartSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), content: z.string() }),
  z.object({ type: z.literal('reasoning'), content: z.string() }),
  z.object({ type: z.literal('tool_call'), id: z.string().nullable(), name: z.string(), arguments: jsonValueSchema }),
  z.object({ type: z.literal('tool_call_response'), id: z.string().nullable(), response: jsonValueSchema }),
  /** A part of a type that is not known; kept, not understood. */
  z.object({ type: z.literal('other'), content: jsonValueSchema }),
]);
export type MessagePart = z.infer<typeof messagePartSchema>;

export const traceMessageSchema = z.object({ role: z.enum(['system', 'user', 'assistant', 'tool']), parts: z.array(messagePartSchema) });
export type TraceMessage = z.infer<typeof traceMessageSchema>;

const spanBase = {
  /** 16 lower-case hexadecimal digits; other systems' ids are kept in `attributes`. */
  spanId: z.string(),
  parentSpanId: z.string().nullable(),
  name: z.string(),
  /** Milliseconds since 1970; null when the span has none or a senseless one. */
  startedAt: z.number().nullable(),
  durationMs: z.number().nonnegative().nullable(),
  error: z.string().nullable(),
};

/** A span that was understood. Everything else of it stays in the store as it came. */
export const traceSpanSchema = z.discriminatedUnion('kind', [
  z.object({ ...spanBase, kind: z.literal('agent'), agent: z.string().nullable() }),
  z.object({
    ...spanBase,
    kind: z.literal('model-call'),
    model: z.string().nullable(),
    stopReason: z.string().nullable(),
    usage: usageSchema.nullable(),
    input: z.array(traceMessageSchema),
    output: z.array(traceMessageSchema),
  }),
  z.object({
    ...spanBase,
    kind: z.literal('tool-call'),
    tool: z.string(),
    callId: z.string().nullable(),
    input: jsonValueSchema,
    result: jsonValueSchema,
  }),
  z.object({ ...spanBase, kind: z.literal('other') }),
]);
export type TraceSpan = z.infer<typeof traceSpanSchema>;

/** Something that could not be read or is not as it was: counted and named, never dropped in silence. */
export const traceGapSchema = z.object({
  code: z.enum([
    'scrubbed',
    'input-incomplete',
    'no-decision',
    'unreadable',
    'orphan',
    'cycle',
    'truncated',
    'no-content',
    'duplicate',
    'bad-time',
    'several-runs',
  ]),
  message: z.string(),
  spanId: z.string().optional(),
});
export type TraceGap = z.infer<typeof traceGapSchema>;

/** What somebody said of the run before it came here: feedback of a user, another system's score. Evidence, never a label. */
export const traceEvaluationSchema = z.object({
  name: z.string(),
  value: z.number().nullable(),
  label: z.string().nullable(),
  explanation: z.string().nullable(),
  /** Who said it, in the words of the system it came from; null when unknown. */
  source: z.string().nullable(),
  /** True where Docket's own scorers sent it: no word of a person or of another system. */
  isOwn: z.boolean(),
  spanId: z.string(),
});
export type TraceEvaluation = z.infer<typeof traceEvaluationSchema>;

/** One run of an agent in production, whatever system recorded it. */
export const traceSchema = z.object({
  /** 32 lower-case hexadecimal digits. */
  traceId: z.string(),
  source: traceSourceSchema,
  agent: z.string().nullable(),
  /** The session, thread or conversation that the run belongs to, where its spans name one. */
  session: z.string().nullable(),
  /** Fingerprint of the version, where the agent gave it. */
  versionFingerprint: z.string().nullable(),
  /** True where Docket's simulated model answered, if only once: nothing was paid, and nothing is said of a real model. */
  simulated: z.boolean(),
  startedAt: z.number().nullable(),
  durationMs: z.number().nonnegative().nullable(),
  /** The structured input, where it was recorded; null means that a person has to fill it in. */
  input: jsonValueSchema.nullable(),
  /** What the user message said. */
  userMessage: z.string().nullable(),
  /** All that was said up to the question of the last turn, which ends it: earlier turns with their tools. System instructions are the agent's own and no part. */
  conversation: z.array(traceMessageSchema),
  /** The final answer; evidence, never a label. */
  decision: jsonValueSchema.nullable(),
  usage: usageSchema.nullable(),
  /** In the order of their start, parents before children. */
  spans: z.array(traceSpanSchema),
  evaluations: z.array(traceEvaluationSchema),
  gaps: z.array(traceGapSchema),
});
export type Trace = z.infer<typeof traceSchema>;

/** A span as OTLP has it, with attributes as plain JSON: what receiver and importers hand to the store. */
export const rawSpanSchema = z.object({
  traceId: z.string().regex(/^[0-9a-f]{32}$/),
  spanId: z.string().regex(/^[0-9a-f]{16}$/),
  parentSpanId: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .nullable(),
  name: z.string(),
  /** Instrumentation scope, for example `pydantic-ai`. */
  scope: z.string(),
  startUnixNano: z.bigint().nullable(),
  endUnixNano: z.bigint().nullable(),
  statusCode: z.enum(['unset', 'ok', 'error']),
  statusMessage: z.string(),
  attributes: z.record(z.string(), jsonValueSchema),
  resource: z.record(z.string(), jsonValueSchema),
  events: z.array(z.object({ name: z.string(), timeUnixNano: z.bigint().nullable(), attributes: z.record(z.string(), jsonValueSchema) })),
});
export type RawSpan = z.infer<typeof rawSpanSchema>;
