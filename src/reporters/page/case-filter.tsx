import { useMemo } from 'preact/hooks';
import { count } from '../../text/figures.ts';
import { outcomeNames, outcomeOrder } from '../words.ts';
import { listedText } from './case-list.tsx';
import { useColumns } from './columns.ts';
import type { PageCase } from './page-data.ts';
import { goTo, parseRoute } from './route.ts';
import { type Filter, filters, frequencies, inFilter, type Selection } from './selection.ts';

const filterNames: Readonly<Record<Filter, string>> = { changed: 'Changed', failing: 'Failing', all: 'All' };

export interface CaseFilterProps {
  readonly cases: readonly PageCase[];
  readonly listed: readonly PageCase[];
  /** With the filter that the page chose, where the address names none. */
  readonly selection: Selection;
}

/** Which cases are listed: kept in the address, so that a link shows the same ones. */
export function CaseFilter({ cases, listed, selection }: CaseFilterProps) {
  const { columns, judged } = useColumns();
  const put = (changed: { readonly [Name in keyof Selection]?: Selection[Name] | undefined }) => {
    const merged = Object.entries({ ...selection, ...changed }).filter(([, value]) => value !== undefined);
    goTo({ ...parseRoute(location.hash), selection: Object.fromEntries(merged) as Selection }, { replace: true });
  };
  const known = useMemo(
    () => ({
      findings: frequencies(cases.flatMap(({ findings }) => findings)),
      tags: frequencies(cases.flatMap(({ tags = [] }) => tags)),
      outcomes: frequencies(cases.map(({ result }) => result)),
      critical: cases.filter(({ critical }) => critical).length,
      inFilter: new Map(filters.map((filter) => [filter, cases.filter((each) => inFilter(each, filter, judged)).length])),
    }),
    [cases, judged],
  );
  const compares = cases.some(({ change }) => change !== undefined);
  const shownFilters = filters.filter((filter) => compares || filter !== 'changed');
  const judgedName = columns[judged]?.name ?? '';
  return (
    <search class="case-filter">
      <fieldset class="filters">
        <legend class="unseen">Which cases</legend>
        {shownFilters.map((filter) => (
          <label key={filter}>
            <input type="radio" name="filter" checked={(selection.filter ?? 'all') === filter} onChange={() => put({ filter })} />
            <span>
              {filterNames[filter]} <b>{count(known.inFilter.get(filter) ?? 0)}</b>
            </span>
          </label>
        ))}
        {known.critical > 0 && known.critical < cases.length && (
          <label>
            <input
              type="checkbox"
              checked={selection.critical ?? false}
              onChange={({ currentTarget }) => put({ critical: currentTarget.checked || undefined })}
            />
            <span>
              Critical <b>{count(known.critical)}</b>
            </span>
          </label>
        )}
      </fieldset>
      <input
        id="search"
        type="search"
        placeholder="Search cases  /"
        aria-label="Search cases"
        value={selection.search ?? ''}
        onInput={({ currentTarget }) => put({ search: currentTarget.value || undefined })}
      />
      <div class="choices">
        <Choice
          name="finding"
          cases={cases.length}
          all="any finding"
          chosen={selection.finding}
          values={known.findings}
          onChoose={(finding) => put({ finding })}
        />
        <Choice name="tag" cases={cases.length} all="any tag" chosen={selection.tag} values={known.tags} onChoose={(tag) => put({ tag })} />
        <Choice
          name={`how ${judgedName} does`}
          cases={cases.length}
          all="any status"
          chosen={selection.outcome}
          values={known.outcomes}
          nameOf={(outcome) => outcomeNames[outcome as keyof typeof outcomeNames].name}
          onChoose={(chosen) => put({ outcome: outcomeOrder.find((outcome) => outcome === chosen) })}
        />
      </div>
      <p class="unseen" role="status">
        {listedText(listed.length, cases.length)}
      </p>
    </search>
  );
}

interface ChoiceProps {
  readonly name: string;
  /** How many cases there are. */
  readonly cases: number;
  readonly all: string;
  readonly chosen: string | undefined;
  readonly values: readonly (readonly [string, number])[];
  readonly nameOf?: (value: string) => string;
  readonly onChoose: (value: string | undefined) => void;
}

/** One of the values that there are, or any. Where there is no choice, there is nothing to see. */
function Choice({ name, cases, all, chosen, values, nameOf = (value) => value, onChoose }: ChoiceProps) {
  const isNoChoice = values.length === 0 || (values.length === 1 && values[0]?.[1] === cases);
  if (isNoChoice && chosen === undefined) return null;
  return (
    <select aria-label={name} value={chosen ?? ''} onChange={({ currentTarget }) => onChoose(currentTarget.value || undefined)}>
      <option value="">{all}</option>
      {values.map(([value, times]) => (
        <option key={value} value={value}>
          {nameOf(value)} ({count(times)})
        </option>
      ))}
    </select>
  );
}
