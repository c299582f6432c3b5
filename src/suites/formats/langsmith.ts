import { tagsOf, textOf, without } from '../json-values.ts';
import type { SuiteFormat } from '../suite-format.ts';
import { idOf, metadataOf, prefixed, recordRows, unpacked } from './record-rows.ts';

/** What LangSmith keeps about an example itself. */
const bookkeeping = [
  'id',
  'dataset_id',
  'created_at',
  'modified_at',
  'source_run_id',
  'name',
  'attachments',
  'attachment_urls',
  'dataset_name',
];
const read = ['inputs', 'outputs', 'reference_outputs', 'metadata', 'split'];

/**
 * Examples of a LangSmith dataset: `inputs` and `outputs` as objects (SDK and JSON), as JSON in the cells of a table, or as columns whose names begin
 * with `inputs.`, `input_` and the like.
 */
export const langsmith: SuiteFormat = {
  recognises({ columns }) {
    const some = (pattern: RegExp) => columns.some((name) => pattern.test(name));
    return some(/^inputs(?:[._].+)?$|^input_.+/) && some(/^outputs(?:[._].+)?$|^output_.+|^reference_outputs$/);
  },
  read: (source) =>
    recordRows(source.records(), (record) => {
      const { metadata, kept } = metadataOf(record.metadata);
      const id = idOf(record, 'id');
      const title = textOf(metadata.title) ?? textOf(metadata.name);
      // A split (`train`, `test`) is LangSmith's way to select examples, as tags are Docket's.
      const tags = [...(tagsOf(metadata.tags) ?? []), ...(tagsOf(unpacked(record.split) ?? metadata.dataset_split) ?? [])];
      const columns = /^(?:inputs?|outputs?)[._]/;
      const others = Object.keys(record).filter((name) => columns.test(name));
      return {
        ...(id === undefined ? {} : { id }),
        ...(title === undefined ? {} : { title }),
        ...(tags.length === 0 ? {} : { tags: [...new Set(tags)] }),
        input: unpacked(record.inputs) ?? prefixed(record, 'inputs.', 'inputs_', 'input.', 'input_') ?? null,
        expected:
          unpacked(record.outputs ?? record.reference_outputs) ?? prefixed(record, 'outputs.', 'outputs_', 'output.', 'output_') ?? null,
        ...(source.container === 'csv' ? { cells: 'table' as const } : {}),
        kept: { ...without(kept, ['dataset_split']), ...without(record, [...bookkeeping, ...read, ...others]) },
      };
    }),
};
