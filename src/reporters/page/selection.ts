import { type CaseOutcome, caseHeadline, outcomeOrder } from '../words.ts';
import type { PageCase, PageColumn } from './page-data.ts';

export const filters = ['changed', 'failing', 'all'] as const;
export type Filter = (typeof filters)[number];

/** Which cases are listed, and in what order; as the address says it. What is not given leaves nothing out. */
export interface Selection {
  /** The page chooses where none is given. */
  readonly filter?: Filter;
  readonly search?: string;
  readonly finding?: string;
  readonly tag?: string;
  readonly outcome?: CaseOutcome;
  readonly critical?: boolean;
  /** `case`, `outcome` or the key of a column; after a minus the other way round. As the report orders them where none is given. */
  readonly sort?: string;
}

/** The parameters of an address, each with its name there. */
export function writeSelection({ filter, search, finding, tag, outcome, critical, sort }: Selection, parameters: URLSearchParams): void {
  const given = { show: filter, find: search, finding, tag, outcome, critical: critical ? 'yes' : undefined, sort };
  for (const [name, value] of Object.entries(given)) if (value) parameters.set(name, value);
}

export function readSelection(parameters: URLSearchParams): Selection {
  const text = (name: string) => parameters.get(name) || undefined;
  const [filter, outcome] = [filters.find((name) => name === text('show')), outcomeOrder.find((name) => name === text('outcome'))];
  const [search, finding, tag, sort] = [text('find'), text('finding'), text('tag'), text('sort')];
  return {
    ...(filter ? { filter } : {}),
    ...(search ? { search } : {}),
    ...(finding ? { finding } : {}),
    ...(tag ? { tag } : {}),
    ...(outcome ? { outcome } : {}),
    ...(text('critical') === 'yes' ? { critical: true } : {}),
    ...(sort ? { sort } : {}),
  };
}

/** Cases that a selection leaves, in its order. */
export function selectCases(cases: readonly PageCase[], selection: Selection, columns: readonly PageColumn[], judged: number): PageCase[] {
  const { filter = 'all', search = '', finding, tag, outcome, critical, sort } = selection;
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const selected = cases.filter((each) => {
    if (!inFilter(each, filter, judged)) return false;
    if (finding !== undefined && !each.findings.includes(finding)) return false;
    if (tag !== undefined && !each.tags?.includes(tag)) return false;
    if (outcome !== undefined && each.result !== outcome) return false;
    if (critical && !each.critical) return false;
    if (words.length === 0) return true;
    const text = [each.id, each.title, each.change ?? '', caseHeadline(each).name, ...(each.tags ?? []), ...each.findings]
      .join(' ')
      .toLowerCase();
    return words.every((word) => text.includes(word));
  });
  return sort === undefined ? selected : sorted(selected, sort, columns);
}

export function inFilter({ change, arms }: PageCase, filter: Filter, judged: number): boolean {
  if (filter === 'changed') return change !== undefined && change !== 'same';
  const arm = arms[judged];
  return filter === 'all' || (arm !== undefined && (arm.passes < arm.runs || arm.infraErrors.length > 0));
}

function sorted(cases: readonly PageCase[], sort: string, columns: readonly PageColumn[]): PageCase[] {
  const [name, way] = sort.startsWith('-') ? [sort.slice(1), -1] : [sort, 1];
  const column = columns.findIndex(({ key }) => key === name);
  const value = (each: PageCase): number => {
    if (column >= 0) return share(each, column);
    return name === 'outcome' ? outcomeOrder.indexOf(each.result) : 0;
  };
  return cases.toSorted((one, other) => way * (value(one) - value(other) || (one.id < other.id ? -1 : 1)));
}

/** What did not run comes after what passes. */
function share({ arms }: PageCase, column: number): number {
  const { passes = 0, runs = 0 } = arms[column] ?? {};
  return runs === 0 ? 2 : passes / runs;
}

/** How often each value stands in the cases, most frequent first. */
export function frequencies(values: Iterable<string>): [string, number][] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([one, many], [other, more]) => more - many || (one < other ? -1 : 1));
}
