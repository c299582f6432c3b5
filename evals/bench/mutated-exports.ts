/**
 * What importers make of damaged files, vendors' pages and requests: each is stored, or named record by record; nothing crashes, and no record is
 * lost without a word. A fixed seed:
 *
 *     node evals/bench/mutated-exports.ts [--files 14000] [--seed 1]
 *
 * Ends with 1 at a crash, or where fewer records were stored, rejected and named than there were.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DocketError } from '../../src/contracts/docket-error.ts';
import type { RawSpan, TraceSource } from '../../src/contracts/trace.ts';
import { type Random, seededRandom } from '../../src/stats/random.ts';
import { importOtlpFile } from '../../src/traces/importers/otlp-file.ts';
import { decodeRequest, RequestTooLargeError, requestLimits } from '../../src/traces/otlp/decode-request.ts';
import { OtlpFormatError } from '../../src/traces/otlp/leaf-values.ts';
import { openTraceStore } from '../../src/traces/store/open-trace-store.ts';
import type { TraceStore } from '../../src/traces/store/trace-store.ts';
import { answeredVendors, fixture, recordsOf } from '../../src/traces/testing/vendor-answers.ts';
import type { VendorClient } from '../../src/traces/vendors/vendor-client.ts';
import { loadImporter, loadImporters } from '../../src/traces/vendors/vendors.ts';

const { values } = parseArgs({ options: { files: { type: 'string', default: '14000' }, seed: { type: 'string', default: '1' } } });

/** What was made of one file: how many spans are kept, and how many records are named as lost. */
interface Made {
  readonly spans: number;
  readonly named: number;
}

interface Subject {
  readonly name: string;
  readonly text: string;
  /** Stores what can be read. */
  take(text: string, store: TraceStore): Promise<Made>;
  /** How many records a text that is JSON holds; undefined when it holds no list of them. */
  records(value: unknown): number | undefined;
}

const importers = await loadImporters();

const listUnder = (name: string) => (value: unknown) => {
  const list = (value as Record<string, unknown> | null)?.[name];
  return Array.isArray(list) ? list.length : undefined;
};

const save = async (store: TraceStore, spans: readonly RawSpan[], source: TraceSource) => {
  const { added, known } = await store.saveSpans(spans, { source });
  return added + known;
};

const exports: readonly Subject[] = (
  [
    ['langfuse', 'pydantic-ai-2025-06-06.trace.json'],
    ['langfuse', 'claude-agent-2025-12-22.trace.json'],
    ['braintrust', 'braintrust-span-tree.json'],
  ] as const
).map(([name, file]) => ({
  name: `${name}, an exported file`,
  text: fixture(file),
  async take(text, store) {
    const { spans, unread } = importers.find((importer) => importer.name === name)?.readExport?.(text) ?? { spans: [], unread: [] };
    return { spans: await save(store, spans, name), named: unread.filter(({ kept }) => !kept).length };
  },
  records: name === 'langfuse' ? listUnder('observations') : (value) => nodesIn((value as { span_tree?: unknown } | null)?.span_tree),
}));

/** Nodes of a span tree; undefined when there is none. */
function nodesIn(tree: unknown): number | undefined {
  if (!Array.isArray(tree)) return undefined;
  const open: unknown[] = [...tree];
  let count = 0;
  for (let next = open.pop(); count < 1_000_000 && (next !== undefined || open.length > 0); next = open.pop()) {
    count += 1;
    const children = (next as { children?: unknown } | null)?.children;
    if (Array.isArray(children)) for (const child of children) open.push(child);
  }
  return count;
}

const pages: readonly Subject[] = answeredVendors.map((vendor) => ({
  name: `${vendor}, a page`,
  text: JSON.stringify({ data: recordsOf(vendor) }),
  async take(text, store) {
    const answer = { kind: 'answer', text, body: Buffer.from(text), headers: new Headers({ 'content-type': 'application/json' }) } as const;
    const client = { request: async () => answer } as unknown as VendorClient;
    const window = { since: 1_790_000_000_000, until: 1_800_000_000_000 };
    const importer = await loadImporter(vendor);
    const page = await importer.page(client, { baseUrl: '', headers: {}, secrets: [], project: 'p' }, { window, limit: 1000 });
    if (page.kind !== 'page') throw new DocketError('refused');
    return { spans: await save(store, page.spans, importer.name), named: page.unread.filter(({ kept }) => !kept).length };
  },
  records: listUnder('data'),
}));

/** Spans that a request holds, and everything that stands where one should. */
function spansIn(value: unknown): number | undefined {
  const all = (value as { resourceSpans?: unknown } | null)?.resourceSpans;
  if (!Array.isArray(all)) return undefined;
  const lists = (holder: unknown, name: string): unknown[] => {
    const list = (holder as Record<string, unknown> | null)?.[name];
    return Array.isArray(list) ? list : [];
  };
  return all.flatMap((each) => lists(each, 'scopeSpans')).flatMap((each) => lists(each, 'spans')).length;
}

const otlp = readFileSync(new URL('../../src/traces/dialects/fixtures/openllmetry-langgraph.otlp.json', import.meta.url), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'docket-mutated-'));
const signal = new AbortController().signal;

const subjects: readonly Subject[] = [
  ...exports,
  ...pages,
  {
    name: 'OTLP, a file',
    text: otlp.split('\n')[0] ?? '',
    async take(text, store) {
      const file = join(folder, 'spans.jsonl');
      writeFileSync(file, text);
      const { added, known, rejected, unreadable } = await importOtlpFile(file, store, signal, { again: true });
      // What cannot be read at all may hold any number of spans: the file is named with it.
      return { spans: added + known, named: unreadable > 0 ? Number.POSITIVE_INFINITY : rejected };
    },
    records: spansIn,
  },
  {
    name: 'OTLP, a request',
    text: otlp.split('\n')[0] ?? '',
    async take(text, store) {
      const { spans, rejected, isForeign } = decodeRequest(Buffer.from(text), 'json', requestLimits);
      if (isForeign) throw new OtlpFormatError('foreign');
      return { spans: await save(store, spans, 'otlp'), named: rejected };
    },
    records: spansIn,
  },
];

const hostile = [
  ...[
    'null',
    '""',
    '-1',
    '1e400',
    '-1e999',
    '[]',
    '{}',
    'true',
    '"\\ud800"',
    '"\\u0000"',
    '"__proto__"',
    '{"toString":1}',
    '{"valueOf":null,"toString":{}}',
  ],
  ...[
    '{"__proto__":{"polluted":1}}',
    '{"constructor":{"prototype":1}}',
    '"[{\\"role\\":null,\\"parts\\":[null,1]}]"',
    '18446744073709551616',
    '"2026-13-99"',
  ],
  `${'['.repeat(9000)}1${']'.repeat(9000)}`,
  `${'{"a":'.repeat(3000)}1${'}'.repeat(3000)}`,
  JSON.stringify(`${'['.repeat(20_000)}${']'.repeat(20_000)}`),
  JSON.stringify(`{"messages":${'['.repeat(4000)}${']'.repeat(4000)}}`),
  JSON.stringify('x'.repeat(100_000)),
];

/** Changes values, keys, bytes or the end of a text. */
function mutated(text: string, random: Random): string {
  const below = (limit: number) => Math.floor(random() * limit);
  let changed = text;
  for (let round = 1 + below(4); round > 0; round -= 1) {
    const at = below(changed.length);
    const kind = below(8);
    if (kind < 4) {
      const value = /:\s*("(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null)/g;
      value.lastIndex = at;
      const found = value.exec(changed);
      if (found)
        changed = `${changed.slice(0, found.index + 1)}${hostile[below(hostile.length)]}${changed.slice(found.index + found[0].length)}`;
    } else if (kind === 4) {
      const key = /"[A-Za-z_]+"\s*:/g;
      key.lastIndex = at;
      const found = key.exec(changed);
      if (found) changed = `${changed.slice(0, found.index)}"x":${changed.slice(found.index + found[0].length)}`;
    } else if (kind === 5) changed = `${changed.slice(0, at)}${String.fromCharCode(below(128))}${changed.slice(at + 1)}`;
    else if (kind === 6) changed = `${changed.slice(0, at)}${changed.slice(at + below(200))}`;
    else if (random() < 0.2) changed = changed.slice(0, at);
    else changed = `${changed.slice(0, at)}${changed.slice(at, at + below(200))}${changed.slice(at)}`;
  }
  return changed;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function run(subject: Subject, files: number, random: Random): Promise<boolean> {
  const counts = { whole: 0, some: 0, refused: 0, crashed: 0, lost: 0 };
  for (let number = 0; number < files; number += 1) {
    const text = mutated(subject.text, random);
    const store = openTraceStore(':memory:', () => 1_800_000_000_000);
    try {
      const { spans, named } = await subject.take(text, store);
      // What was stored can be read and looked for.
      for (const { traceId } of await store.list({ limit: 10_000 })) await store.trace(traceId);
      await store.list({ text: 'loan' });
      const records = subject.records(parsed(text)) ?? 0;
      if (spans + named < records || (spans + named === 0 && records === 0 && subject.records(parsed(text)) === undefined)) {
        counts.lost += 1;
        console.error(`${subject.name}, file ${number}: ${records} records, ${spans} kept, ${named} named`);
      } else if (named > 0) counts.some += 1;
      else counts.whole += 1;
    } catch (error) {
      if (error instanceof DocketError || error instanceof OtlpFormatError || error instanceof RequestTooLargeError) counts.refused += 1;
      else {
        counts.crashed += 1;
        console.error(`${subject.name}, file ${number}: ${(error as Error).stack}`);
      }
    } finally {
      await store.close();
    }
  }
  console.log(`| ${subject.name} | ${files} | ${counts.whole} | ${counts.some} | ${counts.refused} | ${counts.crashed} | ${counts.lost} |`);
  return counts.crashed + counts.lost === 0;
}

console.log('| what | damaged | all stored | some named, the others stored | refused by name | crashed | lost without a word |');
console.log('|---|---|---|---|---|---|---|');
const random = seededRandom(Number(values.seed));
const each = Math.ceil(Number(values.files) / subjects.length);
const ends: boolean[] = [];
try {
  for (const subject of subjects) ends.push(await run(subject, each, random));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = ends.every(Boolean) ? 0 : 1;
