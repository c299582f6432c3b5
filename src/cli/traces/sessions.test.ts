import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { JsonValue } from '../../contracts/json.ts';
import { fixtureProject } from '../testing/fixture-project.ts';
import { runHere } from '../testing/run-here.ts';

const project = fixtureProject();
afterAll(() => project[Symbol.dispose]());

const trace = 'a'.repeat(32);
const span = 'b'.repeat(16);

describe('docket traces ls --session finds a conversation, whoever recorded it', () => {
  it.each<[string, JsonValue]>([
    [
      'OTLP',
      {
        resourceSpans: [
          {
            scopeSpans: [
              {
                spans: [
                  {
                    traceId: trace,
                    spanId: span,
                    name: 'chat',
                    attributes: [{ key: 'gen_ai.conversation.id', value: { stringValue: 'chat-7' } }],
                  },
                ],
              },
            ],
          },
        ],
      },
    ],
    [
      'Langfuse',
      { trace: { id: trace, sessionId: 'chat-7' }, observations: [{ id: span, traceId: trace, type: 'GENERATION', name: 'x' }] },
    ],
    ['Braintrust', { span_tree: [{ name: 'desk', type: 'task', metadata: { session_id: 'chat-7' }, children: [] }] }],
    [
      'LangSmith',
      [
        {
          id: 'r1',
          trace_id: 't1',
          run_type: 'chain',
          name: 'desk',
          session_id: 'a project',
          extra: { metadata: { thread_id: 'chat-7' } },
        },
      ],
    ],
    ['LangSmith, as its interface gives it', [{ id: 'r1', trace_id: 't1', run_type: 'chain', name: 'desk', thread_id: 'chat-7' }]],
    ['ATIF', { schema_version: 'ATIF-v1.4', session_id: 'chat-7', agent: { name: 'desk' }, steps: [{ source: 'user', message: 'Late?' }] }],
    ['Claude Code', [{ sessionId: 'chat-7', type: 'user', message: { role: 'user', content: 'Late?' } }]],
    ['Phoenix', [{ span_kind: 'LLM', name: 'x', context: { trace_id: trace, span_id: span }, attributes: { session: { id: 'chat-7' } } }]],
    [
      'Jaeger',
      {
        data: [
          {
            traceID: trace,
            processes: {},
            spans: [{ traceID: trace, spanID: span, operationName: 'x', tags: [{ key: 'session.id', value: 'chat-7' }] }],
          },
        ],
      },
    ],
    [
      'CloudWatch',
      { traceId: trace, spanId: span, name: 'x', startTimeUnixNano: 1_790_000_000_000_000_000, attributes: { 'session.id': 'chat-7' } },
    ],
    ['a list of messages', { session_id: 'chat-7', messages: [{ role: 'user', content: 'Late?' }] }],
  ])('%s', async (_, file) => {
    rmSync(join(project.directory, '.docket'), { recursive: true, force: true });
    writeFileSync(join(project.directory, 'file.json'), JSON.stringify(file));
    expect(await runHere(['traces', 'import', 'file.json'], project)).toMatchObject({ code: 0 });
    const { stdout } = await runHere(['traces', 'ls', '--session', 'chat-7', '--json'], project);
    expect(JSON.parse(stdout).traces).toMatchObject([{ session: 'chat-7' }]);
    expect((await runHere(['traces', 'ls', '--session', 'a project'], project)).stderr).toContain('No traces match.');
  });
});
