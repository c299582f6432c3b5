import type { JsonObject, JsonValue } from '../../../contracts/json.ts';
import type { Baseline } from '../../../gate/baseline-file.ts';
import type { Waiver } from '../../../gate/waiver.ts';
import { isNoBaseline } from '../no-baseline.ts';
import { type LeafDifference, leafDifferences } from './leaf-differences.ts';
import { type RuleRow, ruleRow } from './rule-row.ts';

/**
 * What the pull request writes into `reports/baseline.json`. This verdict rests on main's file; the proposed one judges whatever comes after
 * it, so counts that were lowered beside an agent that got worse would let the next one through.
 */
export function compareBaselines(main: Baseline, candidate: Baseline | undefined): RuleRow[] {
  const where = 'reports/baseline.json';
  if (isNoBaseline(main))
    return candidate ? [ruleRow({ what: 'baseline', where, field: 'added', weighs: true }, undefined, `epoch ${candidate.epoch}`)] : [];
  if (!candidate) return [ruleRow({ what: 'baseline', where, field: 'removed', weighs: true }, `epoch ${main.epoch}`, undefined)];
  return alike(leafDifferences(countsOf(main), countsOf(candidate))).map((places) => {
    const [{ path, before, after }] = places;
    const place = { what: 'baseline', where, weighs: true } as const;
    if (places.length === 1) return ruleRow({ ...place, field: path.join('.') }, before, after);
    const ids = places.map((each) => each.path[1] ?? '');
    const which = ids.length === main.cases.length ? 'every case' : `${ids.length} cases: ${ids.slice(0, mostNamed).join(', ')}, …`;
    const field = `${path.slice(2).join('.')} of ${which}`;
    return ruleRow({ ...place, field }, before, after, {
      field: path.slice(2).join('.'),
      before: [...ids, before ?? null],
      after: after ?? null,
    });
  });
}

/** Cases whose counts moved alike are told in one row, as after `docket baseline accept`; so many at least. */
const mostNamed = 3;

/** The differences in their order, those of many cases that are the same ones together. */
function alike(differences: readonly LeafDifference[]): (readonly [LeafDifference, ...LeafDifference[]])[] {
  const groups = new Map<string, [LeafDifference, ...LeafDifference[]]>();
  for (const difference of differences) {
    const { path, before, after } = difference;
    const key = JSON.stringify({ path: path[0] === 'cases' && path.length > 2 ? path.slice(2) : path, before, after });
    const group = groups.get(key);
    if (group) group.push(difference);
    else groups.set(key, [difference]);
  }
  return [...groups.values()].flatMap((group): (readonly [LeafDifference, ...LeafDifference[]])[] =>
    group.length > mostNamed ? [group] : group.map((each) => [each] as const),
  );
}

/** Tombstones are told where their case is gone, and the time alone is no change. */
function countsOf({ cases, tombstones: _, recordedAt: __, version, answeredBy = [], ...head }: Baseline): JsonObject {
  const rows = cases.map(
    ({ id, harm, wrongDecisions = 0, falseApprovals = harm - wrongDecisions, quarantined = false, ...counts }) =>
      [id, { ...counts, harm, wrongDecisions, falseApprovals, quarantined }] as const,
  );
  return { ...head, answeredBy: answeredBy.join(', '), version: version.fingerprint, cases: Object.fromEntries(rows) };
}

/** Waivers that the pull request adds or takes away. They count once main has them, or a second person approved them, so they are told, and no more. */
export function compareWaivers(main: readonly Waiver[], candidate: readonly Waiver[]): RuleRow[] {
  const place = { what: 'waiver', where: 'reports/waivers.json', weighs: false } as const;
  const [before, after] = [main, candidate].map((waivers) => waivers.map((waiver) => JSON.stringify(waiver)));
  return [
    ...(before ?? [])
      .filter((waiver) => !after?.includes(waiver))
      .map((waiver) =>
        ruleRow({ ...place, field: 'removed' }, wordsOf(waiver), undefined, { field: 'waiver', before: waiver, after: undefined }),
      ),
    ...(after ?? [])
      .filter((waiver) => !before?.includes(waiver))
      .map((waiver) =>
        ruleRow({ ...place, field: 'added: takes effect once main has it, or it is approved' }, undefined, wordsOf(waiver), {
          field: 'waiver',
          before: undefined,
          after: waiver,
        }),
      ),
  ];
}

function wordsOf(text: string): JsonValue {
  const { caseIds, approver, expiresOn, reason } = JSON.parse(text) as Waiver;
  return `${caseIds.join(', ')} until ${expiresOn} by ${approver}: ${reason}`;
}
