import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { accusedCaseId, caseHeadline } from '../words.ts';
import { CaseFilter } from './case-filter.tsx';
import { CaseList } from './case-list.tsx';
import { CaseView, pairOf } from './case-view.tsx';
import { type Columns, ColumnsContext, trialsOf } from './columns.ts';
import { ConsistencyView } from './consistency-view.tsx';
import { CostView } from './cost-view.tsx';
import { Guarded } from './guarded.tsx';
import { keyNames, useKeys } from './keyboard.ts';
import { MatrixView } from './matrix-view.tsx';
import type { PageCase, PageHead, PageIndex } from './page-data.ts';
import { goTo, linkTo, parseRoute, type Route, useRoute, type View, views } from './route.ts';
import { type Filter, selectCases } from './selection.ts';
import { TrendView } from './trend-view.tsx';
import { VerdictView } from './verdict-view.tsx';

const viewNames: Readonly<Record<View, string>> = {
  cases: 'Cases',
  matrix: 'Matrix',
  consistency: 'Consistency',
  cost: 'Cost and latency',
  trend: 'Trend',
};

/** A report: what it comes to on top, the views below. */
export function ReportView({ index }: { readonly index: PageIndex }) {
  const { report, columns, judged, cases, omitted } = index;
  const route = useRoute();
  const accusedId = report.kind === 'evaluation' ? undefined : accusedCaseId(report);
  const [firstFilter] = useState(() => usualFilter(cases, route.caseId));
  const selection = useMemo(() => ({ filter: firstFilter, ...route.selection }), [firstFilter, JSON.stringify(route.selection)]);
  const listed = useMemo(() => selectCases(cases, selection, columns, judged), [cases, selection, columns, judged]);
  const caseAt = ({ caseId }: Route) => cases.find(({ id }) => id === caseId) ?? listed.find(({ id }) => id === accusedId) ?? listed[0];
  const selected = caseAt(route);
  const context = useMemo(() => ({ columns, judged }), [columns, judged]);
  const help = useRef<HTMLDialogElement>(null);
  const shownViews = views.filter((view) => view !== 'trend' || cases.some(({ history = [] }) => history.length > 1));
  useKeys((key) => {
    // Keys may come faster than the page is drawn: the address is always up to date.
    const here = parseRoute(location.hash);
    const current = caseAt(here);
    if (key === '?') help.current?.showModal();
    else if (key === '/') {
      if (here.view !== 'cases' && here.view !== 'matrix') goTo({ caseId: here.caseId });
      // After the list is drawn.
      queueMicrotask(() => document.getElementById('search')?.focus());
    } else if (key === 'j' || key === 'k') step(listed, current, key === 'j' ? 1 : -1);
    else if ('npNP'.includes(key) && current) stepTrial(current, context, here.trials, key);
    else if (shownViews[Number(key) - 1]) goTo({ view: shownViews[Number(key) - 1] ?? 'cases', caseId: here.caseId });
    else return false;
    return true;
  });
  useEffect(() => {
    if (route.caseId !== undefined && route.view === 'cases') document.getElementById('case-heading')?.scrollIntoView({ block: 'nearest' });
  }, [route.caseId, route.view]);
  const filter = <CaseFilter cases={cases} listed={listed} selection={selection} />;
  return (
    <ColumnsContext.Provider value={context}>
      <VerdictView index={index} compact={route.view !== 'cases'} />
      {columns.length > 0 && 'mode' in report && (
        <>
          <nav aria-label="Views">
            {shownViews.map((view) => (
              <a key={view} href={linkTo({ view, caseId: route.caseId })} aria-current={view === route.view ? 'page' : undefined}>
                {viewNames[view]}
              </a>
            ))}
            <button type="button" class="quiet keys" onClick={() => help.current?.showModal()}>
              Keys <kbd>?</kbd>
            </button>
          </nav>
          {omitted !== undefined && <p class="note warn">{omitted}</p>}
          {route.view === 'cases' && (
            <div class="split">
              <section class="case-list" aria-label="Cases">
                {filter}
                <CaseList listed={listed} selectedId={selected?.id} accusedId={accusedId} />
              </section>
              {selected ? (
                <Guarded key={selected.id} what="this case">
                  <CaseView each={selected} keys={route.trials} rerun={rerunOf(report, selected.id)} />
                </Guarded>
              ) : (
                <p class="soft empty">There are no cases to show.</p>
              )}
            </div>
          )}
          {route.view === 'matrix' && (
            <>
              {filter}
              <MatrixView listed={listed} selection={selection} selectedId={route.caseId} />
            </>
          )}
          {route.view === 'consistency' && <ConsistencyView cases={cases} />}
          {route.view === 'cost' && <CostView mode={report.mode} cases={cases} />}
          {route.view === 'trend' && <TrendView cases={cases} />}
        </>
      )}
      <p class="unseen" aria-live="polite">
        {route.caseId !== undefined && selected ? `${selected.id}: ${caseHeadline(selected).name}` : ''}
      </p>
      <dialog ref={help} aria-labelledby="keys">
        <h2 id="keys">Keys</h2>
        <dl>
          {keyNames(columns[0]?.name ?? '', columns[judged]?.name ?? '').map(([key, does]) => (
            <div key={key}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{does}</dd>
            </div>
          ))}
        </dl>
        <form method="dialog">
          <button type="submit">Close</button>
        </form>
      </dialog>
    </ColumnsContext.Provider>
  );
}

/** The command that shows a case again. */
function rerunOf(report: PageHead, caseId: string): string {
  if (report.kind === 'verdict') {
    const accused = 'accused' in report ? report.accused?.find((each) => each.caseId === caseId) : undefined;
    return accused?.again ?? report.rerun;
  }
  if (/ --case\b/.test(report.rerun)) return report.rerun;
  return `${report.rerun} --case ${/^[\w./:=@,%+-]+$/.test(caseId) ? caseId : `'${caseId.replaceAll("'", `'\\''`)}'`}`;
}

/** Flipped and changed cases, unless there are none or a link names another case. */
function usualFilter(cases: readonly PageCase[], wanted: string | undefined): Filter {
  const changed = cases.filter(({ change }) => change !== undefined && change !== 'same');
  return changed.length > 0 && (wanted === undefined || changed.some(({ id }) => id === wanted)) ? 'changed' : 'all';
}

function step(listed: readonly PageCase[], selected: PageCase | undefined, by: number): void {
  const place = listed.findIndex(({ id }) => id === selected?.id);
  const next = listed[Math.min(listed.length - 1, Math.max(0, place + by))];
  if (next) goTo({ caseId: next.id }, { replace: true });
}

/** `n` and `p` walk through the trials of the later version that is shown, `N` and `P` through those of the earlier one. */
function stepTrial(each: PageCase, { columns, judged }: Columns, keys: readonly string[], key: string): void {
  const { from, to } = pairOf(each, { columns, judged }, keys);
  const [walked, other] = key === key.toLowerCase() ? [to, from] : [from, to];
  const trials = trialsOf(each, columns, walked?.column ?? (key === key.toLowerCase() ? judged : 0));
  const place = trials.findIndex((trial) => trial.key === walked?.key) + (key.toLowerCase() === 'n' ? 1 : -1);
  const next = trials[Math.min(trials.length - 1, Math.max(0, place))];
  if (next) goTo({ caseId: each.id, trials: [next.key, other?.key].filter((name) => name !== undefined) }, { replace: true });
}
