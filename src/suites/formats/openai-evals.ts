import type { JsonObject } from '../../contracts/json.ts';
import { isObject, textOf, without } from '../json-values.ts';
import type { ListPath } from '../source/json-elements.ts';
import { wrappedLists } from '../source/suite-source.ts';
import type { SuiteFormat } from '../suite-format.ts';
import { idOf, type ReadRecord, recordRows } from './record-rows.ts';

/** Where a run of the API keeps the rows that it was given. */
const insideOfRun: readonly ListPath[] = [['data_source', 'source', 'content'], ['source', 'content'], ['content']];

/**
 * Data of OpenAI Evals: JSON lines of the hosted product (`{"item": {…}}`), its runs (`data_source.source.content`) and output items
 * (`datasource_item`) as the API answers, and samples of the open-source framework (`{"input": …, "ideal": …}`).
 */
export const openaiEvals: SuiteFormat = {
  recognises({ columns, keys }) {
    const has = (name: string) => columns.includes(name);
    return has('item') || has('datasource_item') || (has('input') && has('ideal')) || keys.includes('data_source');
  },
  read: (source) => recordRows(source.records(...insideOfRun, ...wrappedLists), readSample),
};

function readSample(record: JsonObject): ReadRecord | string {
  const item = record.item ?? record.datasource_item;
  if (isObject(item)) {
    const graders = Array.isArray(record.results) ? record.results : [];
    const id = idOf(record, 'datasource_item_id') ?? idOf(item, 'id', 'case_id', 'item_id');
    return {
      ...(id === undefined ? {} : { id }),
      fields: item,
      // What a model answered in the past is no label.
      kept: without(record, [
        'item',
        'datasource_item',
        'datasource_item_id',
        'results',
        'object',
        'id',
        'eval_id',
        'run_id',
        'created_at',
        'status',
      ]),
      notes: graders.map((grader) => ({
        kind: 'untranslated' as const,
        what: `grader "${textOf(isObject(grader) ? grader.name : undefined) ?? 'without a name'}": its score of a past run says nothing here`,
        value: grader,
      })),
    };
  }
  if (!Object.hasOwn(record, 'input')) return 'it has neither "item" nor "input"';
  const { input, ideal } = record;
  const id = idOf(record, 'id', 'sample_id');
  const several = Array.isArray(ideal) && ideal.length > 1;
  return {
    ...(id === undefined ? {} : { id }),
    input: input ?? null,
    expected: several ? null : ((Array.isArray(ideal) ? ideal[0] : ideal) ?? null),
    kept: without(record, ['input', 'ideal', 'id', 'sample_id']),
    notes: several ? [{ kind: 'untranslated', what: 'several ideal answers, any of which was right', value: ideal }] : [],
  };
}
