import { tagsOf, textOf, without } from '../json-values.ts';
import type { SuiteFormat } from '../suite-format.ts';
import { idOf, metadataOf, recordRows, unpacked } from './record-rows.ts';

/** What Langfuse keeps about an item itself. */
const bookkeeping = [
  'id',
  'createdAt',
  'updatedAt',
  'created_at',
  'updated_at',
  'datasetId',
  'dataset_id',
  'datasetName',
  'dataset_name',
  'status',
  'projectId',
  'validFrom',
  'isDeleted',
];
const read = ['input', 'expectedOutput', 'expected_output', 'metadata'];

/**
 * Items of a Langfuse dataset: as the public API answers (`GET /api/public/dataset-items`, camel case, in `data`), as the SDKs write them (snake case),
 * and as a table.
 */
export const langfuse: SuiteFormat = {
  recognises({ columns }) {
    const has = (...names: readonly string[]) => names.some((name) => columns.includes(name));
    return (
      has('expectedOutput', 'expected_output') &&
      has('datasetId', 'datasetName', 'dataset_id', 'dataset_name', 'sourceTraceId', 'source_trace_id', 'status')
    );
  },
  read: (source) =>
    recordRows(source.records(), (record) => {
      if (textOf(record.status)?.toUpperCase() === 'ARCHIVED') return 'it is archived in Langfuse';
      const { metadata, kept } = metadataOf(record.metadata);
      const id = idOf(record, 'id');
      const title = textOf(metadata.title) ?? textOf(metadata.name);
      const tags = tagsOf(metadata.tags);
      return {
        ...(id === undefined ? {} : { id }),
        ...(title === undefined ? {} : { title }),
        ...(tags === undefined ? {} : { tags }),
        input: unpacked(record.input) ?? null,
        expected: unpacked(record.expectedOutput ?? record.expected_output) ?? null,
        ...(source.container === 'csv' ? { cells: 'table' as const } : {}),
        kept: { ...kept, ...without(record, [...bookkeeping, ...read]) },
      };
    }),
};
