import { describe, expect, it } from 'vitest';
import type { RawSpan, Trace } from '../contracts/trace.ts';
import { flatSpans } from './files/flat-spans.ts';
import { decodeEither, decodeLogs } from './otlp/decode-request.ts';
import { logsRequestType } from './otlp/trace-schema.ts';
import { openTraceStore } from './store/open-trace-store.ts';
import type { TraceStore } from './store/trace-store.ts';
import { rawSpan, spanId, testStart, traceId } from './testing/raw-span.ts';

const origin = { source: 'otlp' } as const;

/** A run that calls a tool, without a word of what was said. */
const run: readonly RawSpan[] = [
  rawSpan(1, { attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'desk' } }),
  rawSpan(2, { attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'm' } }),
  rawSpan(3, { attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'find_parcel' } }),
];

interface Told {
  readonly span: number;
  readonly name?: string;
  readonly body?: unknown;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** An AnyValue. */
function any(value: unknown): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'number') return { intValue: String(value) };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(any) } };
  return { kvlistValue: { values: pairs(value as object) } };
}

function pairs(value: object): object[] {
  return Object.entries(value).map(([key, inner]) => ({ key, value: any(inner) }));
}

function request(records: readonly Told[]): object {
  const logRecords = records.map(({ span, name, body, attributes = {} }, index) => ({
    timeUnixNano: String(testStart + BigInt(index)),
    traceId: traceId(1),
    spanId: spanId(span),
    ...(name === undefined ? {} : { eventName: name }),
    ...(body === undefined ? {} : { body: any(body) }),
    attributes: pairs(attributes),
  }));
  return { resourceLogs: [{ scopeLogs: [{ scope: { name: 'x' }, logRecords }] }] };
}

/** The same in protobuf; texts and ids are bytes there. */
function protobufOf(message: object): Uint8Array {
  const json = JSON.stringify(message, (key, value: unknown) => {
    if (key === 'traceId' || key === 'spanId') return Buffer.from(String(value), 'hex').toString('base64');
    return ['eventName', 'key', 'stringValue', 'name'].includes(key) ? Buffer.from(String(value)).toString('base64') : value;
  });
  return logsRequestType.encode(logsRequestType.fromObject(JSON.parse(json))).finish();
}

const asked = 'Is parcel 7 late?';
const told = 'Parcel 7 is late.';
const events: readonly Told[] = [
  { span: 2, name: 'gen_ai.user.message', body: { content: asked } },
  { span: 2, name: 'gen_ai.choice', body: { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: told } } },
  { span: 3, name: 'gen_ai.tool.message', attributes: { role: 'tool', content: '{"parcel": 7}', id: 'c1' } },
  { span: 3, name: 'gen_ai.choice', attributes: { message: '[{"text": "{\\"days_late\\": 2}"}]', id: 'c1' } },
];
const strands = (content: unknown, role: string) => ({ messages: [{ content, role }] });
const agentCore: readonly Told[] = [
  {
    span: 2,
    attributes: { 'event.name': 'strands.telemetry.tracer', 'session.id': 's1' },
    body: {
      input: strands({ content: `[{"text": "${asked}"}]` }, 'user'),
      output: strands({ message: `[{"text": "${told}"}]`, finish_reason: 'end_turn' }, 'assistant'),
    },
  },
  {
    span: 3,
    attributes: { 'event.name': 'strands.telemetry.tracer' },
    body: {
      input: strands({ content: '{"parcel": 7}', role: 'tool', id: 'c1' }, 'tool'),
      output: strands({ message: '[{"text": "{\\"days_late\\": 2}"}]', id: 'c1' }, 'assistant'),
    },
  },
];
const parts = (content: string) => [{ type: 'text', content }];
const details: readonly Told[] = [
  {
    span: 2,
    name: 'gen_ai.client.inference.operation.details',
    attributes: {
      'gen_ai.input.messages': [{ role: 'user', parts: parts(asked) }],
      'gen_ai.output.messages': JSON.stringify([{ role: 'assistant', parts: parts(told) }]),
    },
  },
  ...events.slice(2),
];

function seen(trace: Trace | undefined) {
  const tool = trace?.spans.find((span) => span.kind === 'tool-call');
  return {
    asked: trace?.userMessage,
    decision: trace?.decision,
    tool: tool?.kind === 'tool-call' ? [tool.input, tool.result] : null,
    gaps: trace?.gaps.map(({ code }) => code),
  };
}

const whole = { asked, decision: told, tool: [{ parcel: 7 }, { days_late: 2 }], gaps: ['input-incomplete'] };

async function opened(work: (store: TraceStore) => Promise<void>): Promise<void> {
  const store = openTraceStore(':memory:');
  try {
    await work(store);
  } finally {
    await store.close();
  }
}

describe('messages that were sent as log records', () => {
  it.each([
    ['events of the conventions, one a message', events],
    ["AgentCore's bodies with what Strands said", agentCore],
    ['one event with the whole of a call', details],
  ])('%s: JSON and protobuf, before the spans, after them or between', async (_, records) => {
    const message = request(records);
    const json = decodeLogs(Buffer.from(JSON.stringify(message)), 'json');
    const binary = decodeLogs(protobufOf(message), 'protobuf');
    expect(binary.logs).toEqual(json.logs);
    expect(decodeEither(protobufOf(message), 'protobuf').logs).toEqual(json.logs);
    const { logs } = json;
    await opened(async (store) => {
      await store.saveSpans(run, origin);
      expect(seen(await store.trace(traceId(1)))).toMatchObject({
        asked: null,
        decision: null,
        gaps: expect.arrayContaining(['no-content']),
      });
      expect(await store.saveLogs(logs)).toEqual({ joined: logs.length, known: 0, waiting: 0, dropped: 0 });
      expect(seen(await store.trace(traceId(1)))).toEqual(whole);
      expect(await store.saveLogs(logs)).toEqual({ joined: 0, known: logs.length, waiting: 0, dropped: 0 });
      expect((await store.list({ text: 'parcel late' })).map((trace) => trace.traceId)).toEqual([traceId(1)]);
    });
    await opened(async (store) => {
      expect(await store.saveLogs(logs)).toEqual({ joined: 0, known: 0, waiting: logs.length, dropped: 0 });
      expect(await store.saveLogs(logs)).toMatchObject({ known: logs.length, waiting: 0 });
      expect(await store.list({})).toEqual([]);
      await store.saveSpans(run, origin);
      expect([seen(await store.trace(traceId(1))), await store.waitingLogs()]).toEqual([whole, 0]);
    });
    await opened(async (store) => {
      // Told when it begins, then its messages, then told when it ends.
      await store.saveSpans([rawSpan(2, { ...run[1], endUnixNano: null })], origin);
      await store.saveLogs(logs);
      await store.saveSpans(run, origin);
      expect([seen(await store.trace(traceId(1))), await store.waitingLogs()]).toEqual([whole, 0]);
    });
  });

  it('keeps no other record, and says why not', () => {
    const other: readonly Told[] = [
      { span: 1, body: 'GET /health 200' },
      { span: 1, body: { input: 'x' }, attributes: { level: 3 } },
      ...events,
    ];
    const message = JSON.stringify(request(other)).replace(`"spanId":"${spanId(3)}"`, '"spanId":""');
    const { logs, lostLogs, unread } = decodeLogs(Buffer.from(message), 'json');
    expect([logs.length, lostLogs]).toEqual([3, 3]);
    expect(unread.map(({ count, reason }) => [count, reason])).toEqual([
      [2, 'A log record holds no message of an agent.'],
      [1, 'A log record with a message names no span that it belongs to (trace id and span id).'],
    ]);
  });

  it('whose span never comes make room for others, and are counted', async () => {
    await opened(async (store) => {
      const { logs } = decodeLogs(Buffer.from(JSON.stringify(request(events))), 'json');
      const many = Array.from({ length: 20_003 }, (_, number) => ({ ...(logs[0] as (typeof logs)[0]), traceId: traceId(number + 2) }));
      expect(await store.saveLogs(many)).toEqual({ joined: 0, known: 0, waiting: 20_003, dropped: 3 });
      expect(await store.waitingLogs()).toBe(20_000);
      await store.prune({ before: Date.now() + 1000 });
      expect(await store.waitingLogs()).toBe(0);
      const huge = {
        ...many[0],
        event: { name: 'gen_ai.choice', timeUnixNano: null, attributes: { message: 'x'.repeat(33 * 1024 * 1024) } },
      };
      expect(await store.saveLogs([0, 1].map((number) => ({ ...huge, traceId: traceId(number + 2), spanId: spanId(1) })))).toMatchObject({
        dropped: 1,
      });
    });
  });

  it('stand in CloudWatch as records of their own, beside spans or without', async () => {
    const records = agentCore.map(({ span, body, attributes }, index) => ({
      resource: { attributes: {} },
      scope: { name: 'strands.telemetry.tracer' },
      timeUnixNano: Number(testStart) + index,
      body,
      attributes,
      traceId: traceId(1),
      spanId: spanId(span),
    }));
    const asMessage = records.map((record) => ({ '@message': JSON.stringify(record) }));
    for (const given of [records, asMessage] as const) {
      expect(flatSpans.recognises(given[0] as never)).toBe(true);
      const { logs = [], spans, unread } = flatSpans.read(given as never);
      expect([spans, unread]).toEqual([[], []]);
      await opened(async (store) => {
        await store.saveSpans(run, origin);
        await store.saveLogs(logs);
        expect(seen(await store.trace(traceId(1)))).toEqual(whole);
      });
    }
  });
});
