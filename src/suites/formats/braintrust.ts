import { tagsOf, textOf, without } from '../json-values.ts';
import type { SuiteFormat } from '../suite-format.ts';
import { idOf, metadataOf, prefixed, recordRows, unpacked } from './record-rows.ts';

/** What Braintrust keeps about a row itself. */
const bookkeeping = [
  'id',
  '_xact_id',
  '_pagination_key',
  'created',
  'dataset_id',
  'project_id',
  'org_id',
  'span_id',
  'root_span_id',
  'is_root',
  'audit_data',
  '_async_scoring_state',
  'facets',
  'classifications',
  '_object_delete',
];
const read = ['input', 'expected', 'metadata', 'tags'];

/** Rows of a Braintrust dataset, as its page, its command line and BTQL write them: `input`, `expected`, `metadata`, `tags`, `id`. */
export const braintrust: SuiteFormat = {
  recognises({ columns }) {
    const has = (name: string) => columns.includes(name);
    return has('input') && has('expected') && (has('metadata') || bookkeeping.slice(1).some(has));
  },
  read: (source) =>
    recordRows(source.records(), (record) => {
      const { metadata, kept } = metadataOf(record.metadata);
      const id = idOf(record, 'id');
      const title = textOf(metadata.title) ?? textOf(metadata.name);
      const tags = tagsOf(unpacked(record.tags) ?? metadata.tags);
      const input = unpacked(record.input) ?? prefixed(record, 'input.');
      const expected = unpacked(record.expected) ?? prefixed(record, 'expected.');
      const others = Object.keys(record).filter((name) => /^(?:input|expected)\./.test(name));
      return {
        ...(id === undefined ? {} : { id }),
        ...(title === undefined ? {} : { title }),
        ...(tags === undefined ? {} : { tags }),
        input: input ?? null,
        expected: expected ?? null,
        ...(source.container === 'csv' ? { cells: 'table' as const } : {}),
        kept: { ...kept, ...without(record, [...bookkeeping, ...read, ...others]) },
      };
    }),
};
