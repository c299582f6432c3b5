import type { ComponentChildren } from 'preact';
import { ImproveView } from './improve/improve-view.tsx';
import { ReviewView } from './review/review-view.tsx';
import { CaseHistoryView, HistoryView } from './runs/history-view.tsx';
import { RunView } from './runs/run-view.tsx';
import { RunsView } from './runs/runs-view.tsx';
import { TraceView } from './traces/trace-view.tsx';
import { TracesView } from './traces/traces-view.tsx';

/** A place of the app that the bar names. */
export interface AppView {
  /** First part of its path. */
  readonly path: string;
  readonly name: string;
  /** What it shows at a path below its own, given without slashes at its ends; the empty text is the view itself. */
  readonly draw: (below: string) => ComponentChildren;
}

/** All views, in the order of the bar; the first one is where the app begins. */
export const appViews: readonly AppView[] = [
  { path: 'runs', name: 'Runs', draw: (below) => (below === '' ? <RunsView /> : <RunView key={below} id={below} />) },
  { path: 'traces', name: 'Traces', draw: (below) => (below === '' ? <TracesView /> : <TraceView key={below} id={below} />) },
  {
    path: 'history',
    name: 'History',
    draw: (below) => (below === '' ? <HistoryView /> : <CaseHistoryView key={below} caseId={below} />),
  },
  { path: 'improve', name: 'Improve', draw: () => <ImproveView /> },
  { path: 'review', name: 'Review', draw: (below) => <ReviewView below={below} /> },
];
