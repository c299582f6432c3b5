import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Draft } from '../../contracts/draft.ts';
import type { JsonObject } from '../../contracts/json.ts';
import type { RawSpan } from '../../contracts/trace.ts';
import { draftText } from '../../review/case-text.ts';
import { draftId } from '../../review/draft.ts';
import { openTraceStore } from '../../traces/store/open-trace-store.ts';
import { spanId, traceId } from '../../traces/testing/raw-span.ts';

/** One run that was recorded, and the draft that was made of it. */
export interface DraftedRun {
  readonly number: number;
  readonly input: JsonObject;
  readonly decision: JsonObject;
  readonly userMessage?: string;
  /** What each tool was asked and gave. */
  readonly tools?: readonly { readonly name: string; readonly input?: JsonObject; readonly result: string }[];
  readonly draft?: Partial<Draft>;
}

export interface ReviewProject extends Disposable {
  readonly directory: string;
  readonly cases: string;
  readonly id: (number: number) => string;
  readonly readCase: (id: string) => JsonObject;
  readonly drafts: () => string[];
  readonly log: () => JsonObject[];
  /** Leaves the run without its draft. */
  readonly removeDraft: (number: number) => void;
}

/** An agent that refuses a parcel of more than 20 kg; its words are shown by a schema with units. Text of a module, because a project's code is its own. */
const agentText = (index: string) => `
import { expectedDecision, functionAgent } from '${index}';
export const desk = functionAgent({
  name: 'parcel-desk',
  source: import.meta.url,
  input: {
    type: 'object',
    properties: {
      weight_kg: { type: 'number', exclusiveMinimum: 0, description: 'What it weighs.' },
      worth: { type: 'number', minimum: 0, title: 'Declared worth', description: 'What it is worth, in dollars.' },
      photo: { type: 'string' },
      note: { type: 'string' },
    },
    required: ['weight_kg', 'worth'],
    additionalProperties: false,
  },
  decision: {
    type: 'object',
    properties: {
      accepted: { type: 'boolean', description: 'Whether the parcel is taken.' },
      fee: { type: 'number', minimum: 0, description: 'In dollars; 0 when it is not taken.' },
      lane: { enum: ['road', 'air'], description: 'How it goes.' },
      constructor: { type: 'string' },
    },
    required: ['accepted'],
    additionalProperties: false,
  },
  run: () => ({ decision: { accepted: true } }),
  policy: ({ weight_kg }) => ({ accepted: weight_kg <= 20, fee: weight_kg <= 20 ? weight_kg * 2 : 0 }),
  explain: ({ weight_kg }) => weight_kg + ' kg against the limit of 20 kg.',
  approvalField: 'accepted',
  scorers: [expectedDecision({ approvalField: 'accepted' })],
});
`;

/** A project with drafts to review; disposing of it removes it. */
export async function reviewProject(runs: readonly DraftedRun[], files: Readonly<Record<string, string>> = {}): Promise<ReviewProject> {
  const directory = mkdtempSync(join(tmpdir(), 'docket-review-'));
  const cases = join(directory, 'cases');
  mkdirSync(join(cases, 'drafts'), { recursive: true });
  writeFileSync(join(directory, 'agent.ts'), agentText(new URL('../../index.ts', import.meta.url).href));
  writeFileSync(
    join(directory, 'docket.config.ts'),
    `import { desk } from './agent.ts';\nexport default { agent: desk, cases: 'cases', current: 'v1' };\n`,
  );
  const store = openTraceStore(join(directory, '.docket', 'traces.db'));
  await store.saveSpans(runs.flatMap(spansOf), { source: 'docket' });
  await store.close();
  const id = (number: number) => draftId(traceId(number));
  for (const { number, input, draft } of runs) {
    const text = draftText({
      id: id(number),
      traceId: traceId(number),
      title: 'A case from production',
      input,
      missing: [],
      clusterSize: 1,
      redacted: [],
      equivalence: { policy: 'same', agent: 'not-checked' },
      draftedOn: '2026-11-01',
      proposals: [],
      ...draft,
    });
    writeFileSync(join(cases, 'drafts', `${id(number)}.json`), text);
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return {
    directory,
    cases,
    id,
    readCase: (name) => JSON.parse(readFileSync(join(cases, `${name}.json`), 'utf8')) as JsonObject,
    drafts: () => readdirSync(join(cases, 'drafts')).sort(),
    log: () =>
      readFileSync(join(cases, 'reviews.ndjson'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as JsonObject),
    removeDraft: (number) => rmSync(join(cases, 'drafts', `${id(number)}.json`)),
    [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }),
  };
}

function spansOf({ number, input, decision, userMessage = 'May it go?', tools = [] }: DraftedRun): RawSpan[] {
  const start = 1_790_000_000_000_000_000n + BigInt(number) * 1_000_000_000n;
  const span = (place: number, name: string, attributes: RawSpan['attributes']): RawSpan => ({
    traceId: traceId(number),
    spanId: spanId(place),
    parentSpanId: place === 1 ? null : spanId(1),
    name,
    scope: 'docket',
    startUnixNano: start + BigInt(place),
    endUnixNano: start + BigInt(place) + 1000n,
    statusCode: 'unset',
    statusMessage: '',
    attributes,
    resource: {},
    events: [],
  });
  return [
    span(1, 'invoke_agent parcel-desk', {
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.agent.name': 'parcel-desk',
      'docket.input': JSON.stringify(input),
      'docket.decision': JSON.stringify(decision),
      'gen_ai.input.messages': JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: userMessage }] }]),
    }),
    ...tools.map(({ name, input: given = {}, result }, index) =>
      span(index + 2, `execute_tool ${name}`, {
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.tool.name': name,
        'gen_ai.tool.call.arguments': JSON.stringify(given),
        'gen_ai.tool.call.result': result,
      }),
    ),
  ];
}
