import { DocketError } from '../contracts/docket-error.ts';
import type { SuiteFormat } from './suite-format.ts';
import type { SuiteSample } from './suite-sample.ts';

/** A format as people choose it, and the code for it, which is loaded when it is used. */
interface ListedFormat {
  readonly title: string;
  /** The files that it reads, in the words of a help text. */
  readonly reads: string;
  /** Ending of the files that it writes, for those that are written. */
  readonly writes?: string;
  load(): Promise<SuiteFormat>;
}

/** Every format, by its name at the command line; the first that recognises a file reads it. */
export const suiteFormats = {
  promptfoo: {
    title: 'promptfoo',
    reads: 'a configuration, a file of tests, or a table with __expected columns',
    writes: 'yaml',
    load: () => import('./formats/promptfoo-suite/format.ts').then(({ promptfoo }) => promptfoo),
  },
  'pydantic-evals': {
    title: 'Pydantic Evals',
    reads: 'a Dataset file (YAML or JSON): cases with inputs and expected_output',
    writes: 'yaml',
    load: () => import('./formats/pydantic-evals.ts').then(({ pydanticEvals }) => pydanticEvals),
  },
  'openai-evals': {
    title: 'OpenAI Evals',
    reads: 'rows with "item", or "input" and "ideal"; runs and output items as JSON',
    load: () => import('./formats/openai-evals.ts').then(({ openaiEvals }) => openaiEvals),
  },
  langsmith: {
    title: 'LangSmith',
    reads: 'examples of a dataset (JSON, JSONL, CSV): inputs and outputs',
    load: () => import('./formats/langsmith.ts').then(({ langsmith }) => langsmith),
  },
  langfuse: {
    title: 'Langfuse',
    reads: 'items of a dataset (JSON, JSONL, CSV): input and expectedOutput',
    load: () => import('./formats/langfuse.ts').then(({ langfuse }) => langfuse),
  },
  braintrust: {
    title: 'Braintrust',
    reads: 'rows of a dataset (JSON, JSONL, CSV): input, expected, metadata, tags',
    load: () => import('./formats/braintrust.ts').then(({ braintrust }) => braintrust),
  },
  csv: {
    title: 'CSV',
    reads: 'any table with a header line: commas, semicolons or tabs',
    writes: 'csv',
    load: () => import('./formats/csv.ts').then(({ csv }) => csv),
  },
  jsonl: {
    title: 'JSON lines',
    reads: 'any JSON objects, one a line or in a list; cases of Docket',
    writes: 'jsonl',
    load: () => import('./formats/jsonl.ts').then(({ jsonl }) => jsonl),
  },
} as const satisfies Readonly<Record<string, ListedFormat>>;

export type SuiteFormatName = keyof typeof suiteFormats;

const listed: Readonly<Record<SuiteFormatName, ListedFormat>> = suiteFormats;

/** Names of the formats, in the order of the list. */
export const suiteFormatNames = Object.keys(suiteFormats) as readonly SuiteFormatName[];

/** Names of the formats that are written. */
export const writtenFormatNames = suiteFormatNames.filter((name) => listed[name].writes !== undefined);

/** The format that recognises a file. @throws {DocketError} when none does, with what was seen */
export async function recognisedFormat(file: string, sample: SuiteSample): Promise<SuiteFormatName> {
  for (const name of suiteFormatNames) if ((await listed[name].load()).recognises(sample)) return name;
  const keys = [...new Set([...sample.keys, ...sample.columns])];
  const seen =
    keys.length === 0
      ? 'without a key that says what it is'
      : `with ${keys
          .slice(0, 12)
          .map((key) => `"${key}"`)
          .join(', ')}`;
  throw new DocketError(
    `${file}: it is ${containerWords[sample.container]} ${seen}, which no known format has. Name the format with --from: ${suiteFormatNames.join(', ')}.`,
  );
}

const containerWords: Readonly<Record<SuiteSample['container'], string>> = {
  json: 'JSON',
  jsonl: 'JSON lines',
  yaml: 'YAML',
  csv: 'a table',
};

/** The code of a format. */
export function loadSuiteFormat(name: SuiteFormatName): Promise<SuiteFormat> {
  return listed[name].load();
}
