import { useRef } from 'preact/hooks';
import { count, ratio } from '../../text/figures.ts';
import { changeNames } from '../words.ts';
import { Name } from './foreign.tsx';
import type { PageCase } from './page-data.ts';
import { linkTo } from './route.ts';
import { VirtualRows } from './virtual-rows.tsx';

export const filters = ['changed', 'failing', 'all'] as const;
export type Filter = (typeof filters)[number];

/** What the list shows. */
export interface Selection {
  readonly filter: Filter;
  readonly search: string;
}

const filterNames: Readonly<Record<Filter, string>> = { changed: 'Changed', failing: 'Failing', all: 'All' };

/** Cases that a filter and a search leave, in reading order. */
export function selectCases(cases: readonly PageCase[], { filter, search }: Selection): PageCase[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return cases.filter((each) => {
    const { id, title, tags = [], change } = each;
    if (!inFilter(each, filter)) return false;
    const text = [id, title, change, changeNames[change].name, ...tags].join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

function inFilter({ change, candidate }: PageCase, filter: Filter): boolean {
  if (filter === 'changed') return change !== 'same';
  return filter === 'all' || candidate.passes < candidate.runs || candidate.infraErrors.length > 0;
}

export interface CaseListProps {
  readonly cases: readonly PageCase[];
  readonly listed: readonly PageCase[];
  readonly selection: Selection;
  readonly onSelection: (selection: Selection) => void;
  readonly selectedId: string | undefined;
  readonly accusedId: string | undefined;
}

/** The cases: filter, search, and a row a case. */
export function CaseList({ cases, listed, selection, onSelection, selectedId, accusedId }: CaseListProps) {
  const search = useRef<HTMLInputElement>(null);
  return (
    <section class="case-list" aria-label="Cases">
      <fieldset class="filters">
        <legend class="unseen">Which cases</legend>
        {filters.map((filter) => (
          <label key={filter}>
            <input
              type="radio"
              name="filter"
              checked={selection.filter === filter}
              onChange={() => onSelection({ ...selection, filter })}
            />
            <span>
              {filterNames[filter]} <b>{count(cases.filter((each) => inFilter(each, filter)).length)}</b>
            </span>
          </label>
        ))}
      </fieldset>
      <input
        ref={search}
        id="search"
        type="search"
        placeholder="Search cases  /"
        aria-label="Search cases"
        value={selection.search}
        onInput={({ currentTarget }) => onSelection({ ...selection, search: currentTarget.value })}
      />
      {listed.length === 0 ? (
        <p class="soft empty">{selection.search ? 'No cases match.' : 'There are no cases in this list.'}</p>
      ) : (
        <VirtualRows label="Cases" rows={listed.length} rowHeight={58} selected={listed.findIndex(({ id }) => id === selectedId)}>
          {(row) => {
            const each = listed[row];
            return each && <CaseRow each={each} selected={each.id === selectedId} accused={each.id === accusedId} />;
          }}
        </VirtualRows>
      )}
    </section>
  );
}

function CaseRow({ each, selected, accused }: { readonly each: PageCase; readonly selected: boolean; readonly accused: boolean }) {
  const { mark, name, tone } = changeNames[each.change];
  return (
    <a class={`case-row ${tone}`} href={linkTo({ caseId: each.id })} aria-current={selected ? 'true' : undefined}>
      <span class="mark" aria-hidden="true">
        {mark}
      </span>
      <span class="case-id">
        <Name text={each.id} />
      </span>
      <span class="figures">
        {ratio(each.baseline)} → {ratio(each.candidate)}
      </span>
      <span class="case-title soft">
        <span class="change">{name}</span>
        {accused && <b> · accused</b>}
        {each.critical && <b> · critical</b>} · <Name text={each.title} />
      </span>
    </a>
  );
}
