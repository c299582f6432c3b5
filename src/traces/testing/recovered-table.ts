import type { JsonObject, JsonValue } from '../../contracts/json.ts';
import type { Trace, TraceEvaluation } from '../../contracts/trace.ts';
import type { SpanPage } from '../importers/importer.ts';
import { openTraceStore } from '../store/open-trace-store.ts';
import { UnreadTally } from '../unread-tally.ts';
import { braintrustImporter } from '../vendors/braintrust/import.ts';
import { langfuseImporter } from '../vendors/langfuse/import.ts';
import { readLogfireRows } from '../vendors/logfire/import.ts';
import { fixture } from './vendor-answers.ts';

/** Files of the vendors among the fixtures, and how each is read. */
const files: Readonly<Record<string, (text: string) => SpanPage>> = {
  'braintrust-span-tree.json': (text) => braintrustImporter.readExport?.(text) ?? nothing,
  'claude-agent-2025-12-22.trace.json': (text) => langfuseImporter.readExport?.(text) ?? nothing,
  'pydantic-ai-2025-06-06.trace.json': (text) => langfuseImporter.readExport?.(text) ?? nothing,
  'pydantic-ai-tools-2025-12-04.trace.json': (text) => langfuseImporter.readExport?.(text) ?? nothing,
  'logfire-query-json-rows.yaml': (text) => readLogfireRows(recordedRows(text)),
};

const nothing: SpanPage = { spans: [], unread: [] };

const head = `# What is recovered from the vendors' files

Made by src/traces/importers/recovered.test.ts from the files in this folder (\`UPDATE_RECOVERED=1\` writes it anew), and held true by it.
Where each file comes from is in SOURCES.md. logfire-schemas.yaml holds the columns of Logfire's table and no spans; the test compares
the columns that are asked for with it.

Kept as attributes of the spans, and found by the search: everything else that an observation, a trace or a span of these files says of the run
(metadata, tags, user, session, model parameters, costs). Not kept: the vendors' bookkeeping (ids of projects and price tiers, times of
creation, sums that follow from the rest). None of the files says the agent's structured input; where something stands in its place,
it is a guess and the trace says so.
`;

/** The table as Markdown: a section a file, what was recovered and what was not. */
export async function recoveredTable(): Promise<string> {
  const sections = await Promise.all(Object.entries(files).map(([name, read]) => section(name, read(fixture(name)))));
  return `${[head, ...sections].join('\n')}`;
}

async function section(name: string, { spans, unread }: SpanPage): Promise<string> {
  const store = openTraceStore(':memory:');
  await store.saveSpans(spans, { source: 'otlp' });
  const tally = new UnreadTally();
  tally.add(unread);
  const traces = await Array.fromAsync(store.traces({}));
  await store.close();
  const missing = tally.groups().map(({ reason, count, kept }) => `- ${count}× ${reason}${kept ? ' (the span is kept)' : ''}`);
  return [
    `## ${name}`,
    '',
    ...traces.flatMap(rows),
    ...(traces.length === 0 ? ['No trace.', ''] : []),
    ...(missing.length === 0 ? [] : ['Not read:', '', ...missing, '']),
  ].join('\n');
}

function rows(trace: Trace): string[] {
  const kinds = Map.groupBy(trace.spans, ({ kind }) => kind);
  const calls = trace.spans.filter((span) => span.kind === 'model-call');
  const tools = trace.spans.filter((span) => span.kind === 'tool-call');
  const told = (all: readonly unknown[], those: readonly unknown[]) => `${those.length} of ${all.length}`;
  const table: readonly (readonly [string, string])[] = [
    ['agent', trace.agent ?? 'not recovered'],
    ['spans', [...kinds].map(([kind, some]) => `${some.length} ${kind}`).join(', ')],
    ['started', trace.startedAt === null ? 'not recovered' : new Date(trace.startedAt).toISOString()],
    ['user message', shortened(trace.userMessage)],
    ['structured input', shortened(trace.input)],
    ['decision', shortened(trace.decision)],
    [
      'model calls with model',
      told(
        calls,
        calls.filter(({ model }) => model !== null),
      ),
    ],
    [
      'model calls with messages in',
      told(
        calls,
        calls.filter(({ input }) => input.length > 0),
      ),
    ],
    [
      'model calls with messages out',
      told(
        calls,
        calls.filter(({ output }) => output.length > 0),
      ),
    ],
    [
      'model calls with tokens',
      told(
        calls,
        calls.filter(({ usage }) => usage !== null),
      ),
    ],
    [
      'tool calls with arguments',
      told(
        tools,
        tools.filter(({ input }) => input !== null),
      ),
    ],
    [
      'tool calls with result',
      told(
        tools,
        tools.filter(({ result }) => result !== null),
      ),
    ],
    [
      'tokens',
      trace.usage
        ? Object.entries(trace.usage)
            .map(([name, count]) => `${name} ${count}`)
            .join(', ')
        : 'not recovered',
    ],
    ['errors', String(trace.spans.filter(({ error }) => error !== null).length)],
    ['scores', trace.evaluations.map(evaluationText).join('; ') || 'none in the file'],
    ['gaps', gapCounts(trace)],
  ];
  return ['| part | recovered |', '|---|---|', ...table.map(([part, found]) => `| ${part} | ${found} |`), ''];
}

function evaluationText({ name, value, label, explanation, source }: TraceEvaluation): string {
  return [name, value, label, source && `(${source})`, explanation && 'with a comment'].filter((part) => part !== null).join(' ');
}

/** The last of many is named as "And 26 more of these." */
function gapCounts({ gaps }: Trace): string {
  const countOf = (message: string) => Number(/^And (\d+) more/.exec(message)?.[1] ?? 1);
  const counts = [...Map.groupBy(gaps, ({ code }) => code)].map(
    ([code, some]) => `${some.reduce((sum, { message }) => sum + countOf(message), 0)} ${code}`,
  );
  return counts.length === 0 ? 'none' : counts.join(', ');
}

function shortened(value: JsonValue): string {
  if (value === null) return 'not recovered';
  const text = (typeof value === 'string' ? value : JSON.stringify(value)).replace(/[\s|`<>]+/g, ' ');
  return text.length > 90 ? `${text.slice(0, 90)}…` : text;
}

/** The answer's text in a recording: a quoted YAML string over several lines, in which a line break is a blank. */
function recordedRows(yaml: string): JsonValue[] {
  const text = /string: '([\s\S]*?)'\n\s+headers:/.exec(yaml)?.[1] ?? '';
  return (JSON.parse(text.replace(/\n\s+/g, ' ').replaceAll("''", "'")) as JsonObject).data as JsonValue[];
}
