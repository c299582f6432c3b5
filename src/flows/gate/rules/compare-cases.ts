import { join } from 'node:path';
import type { Case } from '../../../contracts/case.ts';
import type { JsonValue } from '../../../contracts/json.ts';
import type { Baseline } from '../../../gate/baseline-file.ts';
import type { LoadedCase } from '../../cases/load-cases.ts';
import { leafDifferences } from './leaf-differences.ts';
import { type RuleRow, ruleRow } from './rule-row.ts';

/** Both sides' cases and what is said of those that are gone. */
export interface ComparedCases {
  readonly before: ReadonlyMap<string, LoadedCase>;
  readonly after: readonly LoadedCase[];
  /** Folder of the candidate's cases, relative to docket.config.ts. */
  readonly folder: string;
  readonly tombstones: Baseline['tombstones'];
}

/**
 * Fields that no rule of the gate reads: words for people, and where an input comes from. A scorer of one's own could read them; then what it
 * says of main's file differs, and that weighs by itself.
 */
const words: readonly string[] = ['$schema', 'title', 'tags', 'origin', 'label.rationale'];

/** Every change of a case that main has, field by field, and the cases that are gone or new. */
export function compareCases({ before, after, folder, tombstones }: ComparedCases): RuleRow[] {
  const fileOf = (id: string) => join(folder, `${id}.json`);
  const added = after.filter(({ case: { id } }) => !before.has(id));
  const gone = [...before.values()].filter(({ case: { id } }) => !after.some((loaded) => loaded.case.id === id));
  return [
    ...after.flatMap((loaded) => {
      const earlier = before.get(loaded.case.id);
      return earlier ? fieldChanges(fileOf(loaded.case.id), earlier.case, loaded.case) : [];
    }),
    ...gone.map((earlier) => {
      const place = { what: 'case', where: fileOf(earlier.case.id), weighs: true } as const;
      const renamed = added.find(({ fingerprint }) => fingerprint === earlier.fingerprint);
      if (renamed) return ruleRow({ ...place, field: 'id' }, earlier.case.id, renamed.case.id);
      const reason = tombstones.find(({ id }) => id === earlier.case.id)?.reason;
      const whole = { field: 'removed', before: earlier.case.id, after: undefined };
      return ruleRow({ ...place, field: 'removed' }, earlier.case.title, reason === undefined ? undefined : `tombstone: ${reason}`, whole);
    }),
    ...added.map((loaded) =>
      ruleRow({ what: 'case', where: fileOf(loaded.case.id), field: 'new', weighs: false }, undefined, loaded.case.title),
    ),
  ];
}

function fieldChanges(where: string, before: Case, after: Case): RuleRow[] {
  return leafDifferences(comparable(before), comparable(after)).map(({ path, before: was, after: is }) => {
    const field = path.join('.');
    const what = path[0] === 'label' || path[0] === 'dispute' ? 'label' : 'case';
    return ruleRow({ what, where, field, weighs: !words.some((word) => field === word || field.startsWith(`${word}.`)) }, was, is);
  });
}

/** A case that does not say whether it is critical is not. */
function comparable(found: Case): JsonValue {
  return { ...found, critical: found.critical ?? false } as unknown as JsonValue;
}
