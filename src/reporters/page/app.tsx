import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { accusedCaseId, changeNames, sideNames } from '../words.ts';
import { CaseList, type Filter, type Selection, selectCases } from './case-list.tsx';
import { CaseView, pairOf } from './case-view.tsx';
import { ConsistencyView } from './consistency-view.tsx';
import { CostView } from './cost-view.tsx';
import { Name } from './foreign.tsx';
import { Guarded } from './guarded.tsx';
import { keyNames, useKeys } from './keyboard.ts';
import { MatrixView } from './matrix-view.tsx';
import type { PageCase, PageIndex, Side } from './page-data.ts';
import { goTo, linkTo, parseRoute, type Route, useRoute, type View, views } from './route.ts';
import { SideNames } from './side-names.ts';
import { TrendView } from './trend-view.tsx';
import { trialsOf } from './trial-shape.tsx';
import { VerdictView } from './verdict-view.tsx';

const viewNames: Readonly<Record<View, string>> = {
  cases: 'Cases',
  matrix: 'Matrix',
  consistency: 'Consistency',
  cost: 'Cost and latency',
  trend: 'Trend',
};

/** The page: verdict on top, the views below. */
export function App({ index }: { readonly index: PageIndex }) {
  const { report, cases, omitted } = index;
  const route = useRoute();
  const accusedId = accusedCaseId(report);
  const [selection, setSelection] = useState<Selection>(() => ({ filter: firstFilter(cases, route.caseId), search: '' }));
  const listed = useMemo(() => selectCases(cases, selection), [cases, selection]);
  const caseAt = ({ caseId }: Route) => cases.find(({ id }) => id === caseId) ?? listed.find(({ id }) => id === accusedId) ?? listed[0];
  const selected = caseAt(route);
  const names = useMemo(() => ('candidate' in report ? sideNames(report) : { baseline: 'main', candidate: 'candidate' }), [report]);
  const help = useRef<HTMLDialogElement>(null);
  const shownViews = views.filter((view) => view !== 'trend' || cases.some(({ history = [] }) => history.length > 1));
  useKeys((key) => {
    // Keys may come faster than the page is drawn: the address is always up to date.
    const here = parseRoute(location.hash);
    const current = caseAt(here);
    if (key === '?') help.current?.showModal();
    else if (key === '/') {
      if (here.view !== 'cases') goTo({ caseId: here.caseId });
      // After the list is drawn.
      queueMicrotask(() => document.getElementById('search')?.focus());
    } else if (key === 'j' || key === 'k') step(listed, current, key === 'j' ? 1 : -1);
    else if ('npNP'.includes(key) && current) stepTrial(current, here.trials, key);
    else if (shownViews[Number(key) - 1]) goTo({ view: shownViews[Number(key) - 1] ?? 'cases', caseId: here.caseId });
    else return false;
    return true;
  });
  useEffect(() => {
    if (route.caseId !== undefined && route.view === 'cases') document.getElementById('case-heading')?.scrollIntoView({ block: 'nearest' });
  }, [route.caseId, route.view]);
  return (
    <>
      <header class="bar">
        <a class="brand" href={linkTo({})}>
          Docket
        </a>
        {'agent' in report && (
          <span>
            <Name text={report.agent} />
          </span>
        )}
        {'mode' in report && <span class={`tag ${report.mode === 'live' ? 'calm' : 'warn'}`}>{report.mode} model</span>}
        <time class="soft" dateTime={report.createdAt}>
          {report.createdAt.slice(0, 16).replace('T', ' ')} UTC
        </time>
        <button type="button" class="quiet" onClick={() => help.current?.showModal()}>
          Keys <kbd>?</kbd>
        </button>
      </header>
      <SideNames.Provider value={names}>
        <main>
          <VerdictView index={index} compact={route.view !== 'cases'} />
          {'candidate' in report && (
            <>
              <nav aria-label="Views">
                {shownViews.map((view) => (
                  <a key={view} href={linkTo({ view, caseId: route.caseId })} aria-current={view === route.view ? 'page' : undefined}>
                    {viewNames[view]}
                  </a>
                ))}
              </nav>
              {omitted !== undefined && <p class="note warn">{omitted}</p>}
              {route.view === 'cases' && (
                <div class="split">
                  <CaseList
                    cases={cases}
                    listed={listed}
                    selection={selection}
                    onSelection={setSelection}
                    selectedId={selected?.id}
                    accusedId={accusedId}
                  />
                  {selected ? (
                    <Guarded key={selected.id} what="this case">
                      <CaseView each={selected} keys={route.trials} />
                    </Guarded>
                  ) : (
                    <p class="soft empty">There are no cases to show.</p>
                  )}
                </div>
              )}
              {route.view === 'matrix' && <MatrixView cases={cases} selectedId={route.caseId} />}
              {route.view === 'consistency' && <ConsistencyView cases={cases} />}
              {route.view === 'cost' && <CostView report={report} cases={cases} />}
              {route.view === 'trend' && <TrendView cases={cases} />}
            </>
          )}
        </main>
      </SideNames.Provider>
      <p class="unseen" aria-live="polite">
        {route.caseId !== undefined && selected ? `${selected.id}: ${changeNames[selected.change].name}` : ''}
      </p>
      <dialog ref={help} aria-labelledby="keys">
        <h2 id="keys">Keys</h2>
        <dl>
          {keyNames(names).map(([key, does]) => (
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
    </>
  );
}

/** Flipped and changed cases, unless there are none or a link names another case. */
function firstFilter(cases: readonly PageCase[], wanted: string | undefined): Filter {
  const changed = cases.filter(({ change }) => change !== 'same');
  return changed.length > 0 && (wanted === undefined || changed.some(({ id }) => id === wanted)) ? 'changed' : 'all';
}

function step(listed: readonly PageCase[], selected: PageCase | undefined, by: number): void {
  const place = listed.findIndex(({ id }) => id === selected?.id);
  const next = listed[Math.min(listed.length - 1, Math.max(0, place + by))];
  if (next) goTo({ caseId: next.id }, { replace: true });
}

/** `n` and `p` walk through the candidate's trials, `N` and `P` through the baseline's. */
function stepTrial(each: PageCase, keys: readonly string[], key: string): void {
  const side: Side = key === key.toLowerCase() ? 'candidate' : 'baseline';
  const pair = pairOf(each, keys);
  const trials = trialsOf(each[side], side);
  const place = trials.findIndex((trial) => trial.key === pair[side]?.key) + (key.toLowerCase() === 'n' ? 1 : -1);
  const next = trials[Math.min(trials.length - 1, Math.max(0, place))];
  const other = pair[side === 'baseline' ? 'candidate' : 'baseline'];
  if (next) goTo({ caseId: each.id, trials: [next.key, other?.key].filter((name) => name !== undefined) }, { replace: true });
}
