import type { Case } from '../../contracts/case.ts';
import type { JsonObject } from '../../contracts/json.ts';
import { visibleText } from '../../text/hostile-text.ts';
import { isObject, tagsOf, textOf, without } from '../json-values.ts';
import type { SuiteFormat } from '../suite-format.ts';
import { idOf, metadataOf, type ReadRecord, recordRows } from './record-rows.ts';

const inputNames = ['input', 'inputs'];
const expectedNames = ['expected', 'decision', 'expected_output', 'expectedOutput', 'outputs', 'ideal', 'label'];

/** Any JSON objects, and cases as Docket writes them: one case a line, as in its file. */
export const jsonl: SuiteFormat = {
  recognises({ container, keys, columns }) {
    if (container === 'csv' || columns.length === 0) return false;
    // A document that is no list says by its names whether it is a record; any other is somebody's configuration.
    const isRecord = keys.length === 0 || columns.some((name) => !keys.includes(name));
    return isRecord || columns.some((name) => inputNames.includes(name));
  },
  read: (source) => recordRows(source.records(), (record) => readCase(record) ?? readRecord(record)),
  *write(cases) {
    for (const { $schema: _, ...rest } of cases) yield `${visibleText(JSON.stringify(rest))}\n`;
  },
};

/** A case of Docket; who reviewed its label is not taken on a file's word. */
function readCase(record: JsonObject): ReadRecord | undefined {
  const { label, input } = record;
  if (!isObject(label) || !isObject(label.decision) || !isObject(input)) return undefined;
  return {
    ...described(record),
    input,
    expected: label.decision,
    kept: {
      ...without(label, ['decision', 'source', 'rationale', 'reviewers']),
      ...without(record, ['$schema', 'id', 'title', 'tags', 'critical', 'input', 'label', 'origin']),
    },
  };
}

function readRecord(record: JsonObject): ReadRecord {
  const input = inputNames.find((name) => Object.hasOwn(record, name));
  if (input === undefined) return { ...described(record), fields: without(record, ['id', 'title', 'tags', 'critical']) };
  const expected = expectedNames.find((name) => Object.hasOwn(record, name));
  const { metadata, kept } = metadataOf(record.metadata);
  return {
    ...described({ ...metadata, ...record }),
    input: record[input] ?? null,
    expected: (expected === undefined ? null : record[expected]) ?? null,
    kept: {
      ...kept,
      ...without(record, ['id', 'title', 'tags', 'critical', 'metadata', input, ...(expected === undefined ? [] : [expected])]),
    },
  };
}

/** What a record says of itself beside input and label. */
export function described(record: JsonObject): Pick<ReadRecord, 'id' | 'title' | 'tags' | 'critical'> {
  const id = idOf(record, 'id', 'case_id', 'caseId');
  const title = textOf(record.title);
  const tags = tagsOf(record.tags);
  return {
    ...(id === undefined ? {} : { id }),
    ...(title === undefined ? {} : { title }),
    ...(tags === undefined ? {} : { tags }),
    ...(record.critical === true || record.critical === 'true' ? { critical: true } : {}),
  };
}

/** A case as formats without a place for who reviewed what have it. */
export function caseMetadata({ title, tags, critical }: Case): JsonObject {
  return { title, ...(tags && tags.length > 0 ? { tags } : {}), ...(critical ? { critical } : {}) };
}
