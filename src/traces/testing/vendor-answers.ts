import { readFileSync } from 'node:fs';
import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import type { Reply, SeenRequest } from './vendor-server.ts';

/** Keys that are none, one for every variable of every vendor. */
export const testKeys = {
  LOGFIRE_READ_TOKEN: 'pylf_v1_us_read-0123456789',
  LOGFIRE_TOKEN: 'pylf_v1_us_write-0123456789',
  LANGFUSE_PUBLIC_KEY: 'pk-lf-public-0123456789',
  LANGFUSE_SECRET_KEY: 'sk-lf-secret-0123456789',
  BRAINTRUST_API_KEY: 'sk-bt-secret-0123456789',
  BRAINTRUST_PROJECT: 'loans',
  DD_API_KEY: 'dd-api-0123456789',
  DD_APP_KEY: 'dd-app-0123456789',
  PHOENIX_API_KEY: 'px-secret-0123456789',
} as const;

/** Everything that must never be seen. */
export const secrets: readonly string[] = [
  ...Object.entries(testKeys).flatMap(([name, value]) => (name === 'BRAINTRUST_PROJECT' || name === 'LANGFUSE_PUBLIC_KEY' ? [] : [value])),
  Buffer.from(`${testKeys.LANGFUSE_PUBLIC_KEY}:${testKeys.LANGFUSE_SECRET_KEY}`).toString('base64'),
];

/** A key as something that was given it could give it back. */
export function echoesOf(key: string): string[] {
  const base64 = Buffer.from(key).toString('base64');
  return [
    ...[
      key,
      key.toUpperCase(),
      base64,
      base64.replace(/=+$/, ''),
      Buffer.from(`user:${key}`).toString('base64'),
      Buffer.from(key).toString('hex'),
    ],
    ...[
      encodeURIComponent(key).replaceAll('-', '%2D'),
      [...key].join(' '),
      [...key].join('\u200b'),
      `Bearer ${key}`,
      `${key.slice(0, 14)} ${key.slice(14)}`,
    ],
  ];
}

const fixtures = new URL('../fixtures/', import.meta.url);

/** A file of the fixtures as text. */
export function fixture(name: string): string {
  return readFileSync(new URL(name, fixtures), 'utf8');
}

/** The observations of an exported trace as the public API gives them: metadata as paths, values as text. */
export function langfuseObservations(name: string): JsonObject[] {
  const { observations } = JSON.parse(fixture(name)) as { observations: JsonObject[] };
  return observations.map((observation) => ({
    ...observation,
    input: textOrNull(observation.input),
    output: textOrNull(observation.output),
    metadata: Object.fromEntries(paths(parsed(observation.metadata))),
  }));
}

/** A run of an agent as Logfire's `records` has it. */
export const logfireRows: readonly JsonObject[] = [
  row('0000000000000001', null, 'underwriter run', {
    agent_name: 'underwriter',
    final_result: '{"approved":true}',
    'pydantic_ai.all_messages': JSON.stringify([
      { role: 'user', parts: [{ type: 'text', content: 'Evaluate this loan application for $250,000' }] },
    ]),
  }),
  row('0000000000000002', '0000000000000001', 'chat claude-sonnet-4-6', {
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': 'claude-sonnet-4-6',
    'gen_ai.usage.input_tokens': 1835,
    'gen_ai.usage.output_tokens': 233,
  }),
  row('0000000000000003', '0000000000000001', 'running tool: calc_dti', {
    'gen_ai.tool.name': 'calc_dti',
    tool_arguments: '{}',
    tool_response: 'DTI: 45.0%',
  }),
];

/** A run of an agent as Braintrust's project_logs() has it. */
export const braintrustRows: readonly JsonObject[] = [
  {
    id: 'row-1',
    span_id: '3f9c2f0e-5f86-4f7e-9d80-0f7f6f7f0001',
    root_span_id: '3f9c2f0e-5f86-4f7e-9d80-0f7f6f7f0001',
    span_parents: null,
    is_root: true,
    created: '2026-11-20T10:00:00.000Z',
    span_attributes: { name: 'underwriter', type: 'task' },
    input: { annual_income: 85_000, total_debt: 12_000 },
    output: { approved: true },
    metrics: { start: 1_795_168_800.5, end: 1_795_168_803.25 },
    scores: { correct: 1, unsure: null },
  },
  {
    id: 'row-2',
    span_id: '3f9c2f0e-5f86-4f7e-9d80-0f7f6f7f0002',
    root_span_id: '3f9c2f0e-5f86-4f7e-9d80-0f7f6f7f0001',
    span_parents: ['3f9c2f0e-5f86-4f7e-9d80-0f7f6f7f0001'],
    created: '2026-11-20T10:00:01.000Z',
    span_attributes: { name: 'chat', type: 'llm' },
    input: [{ role: 'user', content: 'Evaluate this loan application for $250,000' }],
    output: [{ message: { role: 'assistant', content: 'Approved.' }, finish_reason: 'stop' }],
    metadata: { model: 'claude-sonnet-4-6', provider: 'anthropic' },
    metrics: { start: 1_795_168_801, end: 1_795_168_802, prompt_tokens: 100, prompt_cached_tokens: 40, completion_tokens: 7 },
  },
];

/** A run of an agent as Datadog's export API has it; fields and units as its documentation shows them. */
export const datadogSpans: readonly JsonObject[] = [
  {
    id: '14624140233640368324',
    type: 'span',
    attributes: {
      span_id: '14624140233640368324',
      parent_id: 'undefined',
      trace_id: '6903738200000000af2d3775dfc70530',
      name: 'underwriter',
      span_kind: 'agent',
      ml_app: 'loans',
      start_ns: 1_795_168_800_500_000_000,
      duration: 2_750_000_000,
      status: 'ok',
      input: { value: '{"annual_income":85000}' },
      output: { value: '{"approved":true}' },
      evaluation: {
        correct: { assessment: 'pass', eval_metric_type: 'score', reasoning: 'As the policy says.', status: 'OK', value: 1 },
        tone: { eval_metric_type: 'categorical', value: 'friendly' },
      },
      tags: ['env:prod'],
    },
  },
  {
    id: '1234567890123456',
    type: 'span',
    attributes: {
      span_id: '1234567890123456',
      parent_id: '14624140233640368324',
      trace_id: '6903738200000000af2d3775dfc70530',
      name: 'chat',
      span_kind: 'llm',
      model_name: 'claude-sonnet-4-6',
      model_provider: 'anthropic',
      // Milliseconds, as in the documentation's own example.
      start_ns: 1_795_168_801_000,
      duration: 1_000_000_000,
      status: 'error',
      input: { messages: [{ role: 'user', content: 'Evaluate this loan application for $250,000' }] },
      output: { messages: [{ role: 'assistant', content: '', tool_calls: [{ name: 'calc_dti', tool_id: 'call-1', arguments: {} }] }] },
      metrics: { input_tokens: 100, output_tokens: 7, cache_read_input_tokens: 40 },
    },
  },
];

const langfuseRows = langfuseObservations('pydantic-ai-tools-2025-12-04.trace.json');

const records = { logfire: logfireRows, langfuse: langfuseRows, braintrust: braintrustRows, datadog: datadogSpans };

/** A vendor whose answers are played here. */
export type AnsweredVendor = keyof typeof records;
export const answeredVendors = Object.keys(records) as AnsweredVendor[];

/** All records that a vendor serves. */
export function recordsOf(name: AnsweredVendor): readonly JsonObject[] {
  return records[name];
}

/** Answers as the vendor does, with so many records a page. Pages are found by their cursor, so a resumed import is served, too. */
export function pagesOf(name: AnsweredVendor, perPage: number): (request: SeenRequest) => Reply {
  const records = recordsOf(name);
  return (request) => {
    const from = startOf(name, request);
    const data = records.slice(from, from + perPage);
    const next = from + perPage < records.length ? `page-${from + perPage}` : undefined;
    switch (name) {
      case 'logfire':
        return { body: { schema: { fields: [], metadata: {} }, data } };
      case 'langfuse':
        return { body: { data, meta: next === undefined ? {} : { cursor: next } } };
      case 'braintrust':
        return { body: { data }, headers: { 'x-bt-cursor': `page-${from + perPage}` } };
      case 'datadog':
        return { body: { data, meta: { status: 'done', page: next === undefined ? null : { after: next } } } };
    }
  };
}

/** Where the asked page begins. */
function startOf(name: AnsweredVendor, { path, body }: SeenRequest): number {
  const said = `${decodeURIComponent(path)} ${body.toString()}`;
  // Logfire has no cursor: the last row's ids stand in the condition.
  const last = /span_id > '([0-9a-f]{16})'/.exec(said)?.[1];
  if (name === 'logfire') return last === undefined ? 0 : logfireRows.findIndex(({ span_id: id }) => id === last) + 1;
  return Number(/page-(\d+)/.exec(said)?.[1] ?? 0);
}

function row(spanId: string, parent: string | null, name: string, attributes: JsonObject): JsonObject {
  return {
    kind: 'span',
    start_timestamp: `2026-11-20T10:00:0${Number(spanId) - 1}.123456Z`,
    end_timestamp: '2026-11-20T10:00:09.5Z',
    trace_id: '019f8c0bb45ca01755d65cf669e070b9',
    span_id: spanId,
    parent_span_id: parent,
    span_name: name,
    otel_scope_name: 'pydantic-ai',
    otel_status_code: 'UNSET',
    otel_status_message: null,
    attributes,
    otel_resource_attributes: '{"service.name":"loans"}',
    otel_events: '[{"event_name":"exception","event_timestamp":"2026-11-20T10:00:03Z","attributes":{"exception.message":"gone"}}]',
  };
}

function paths(object: JsonObject, prefix = ''): [string, JsonValue][] {
  return Object.entries(object).flatMap(([key, value]): [string, JsonValue][] =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? paths(value, `${prefix}${key}.`)
      : [[prefix + key, textOrNull(value)]],
  );
}

function textOrNull(value: JsonValue | undefined): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function parsed(value: JsonValue | undefined): JsonObject {
  return (typeof value === 'string' ? JSON.parse(value) : (value ?? {})) as JsonObject;
}
