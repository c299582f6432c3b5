import { useEffect, useState } from 'preact/hooks';
import { readSelection, type Selection, writeSelection } from './selection.ts';

export const views = ['cases', 'matrix', 'consistency', 'cost', 'trend'] as const;
export type View = (typeof views)[number];

/** Where the reader is, as the address after `#` says it. Everything can be linked to. */
export interface Route {
  readonly view: View;
  readonly caseId: string | undefined;
  /** Keys of the trials that are shown side by side; a key names its column. */
  readonly trials: readonly string[];
  /** Which cases are listed. */
  readonly selection: Selection;
}

/** Reads `#case=06-…&trial=candidate-screen-3&against=baseline-stored-1` or `#view=matrix&finding=false-approval&sort=v2`. Anything else is the start. */
export function parseRoute(hash: string): Route {
  const parameters = new URLSearchParams(hash.replace(/^#/, ''));
  const view = views.find((name) => name === parameters.get('view')) ?? 'cases';
  return {
    view,
    caseId: parameters.get('case') ?? undefined,
    trials: [parameters.get('trial'), parameters.get('against')].filter((key) => key !== null),
    selection: readSelection(parameters),
  };
}

/** The address of a place. Which cases are listed stays as it is, where nothing else is given. */
export function linkTo({ view = 'cases', caseId, trials = [], selection = currentSelection() }: Partial<Route>): string {
  const parameters = new URLSearchParams();
  if (view !== 'cases') parameters.set('view', view);
  if (caseId !== undefined) parameters.set('case', caseId);
  const [trial, against] = trials;
  if (trial !== undefined) parameters.set('trial', trial);
  if (against !== undefined) parameters.set('against', against);
  writeSelection(selection, parameters);
  return `#${parameters}`;
}

function currentSelection(): Selection {
  return typeof location === 'undefined' ? {} : parseRoute(location.hash).selection;
}

/** The route of the page, kept up with the address. */
export function useRoute(): Route {
  const [route, setRoute] = useState(() => parseRoute(location.hash));
  useEffect(() => {
    const follow = () => setRoute(parseRoute(location.hash));
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return route;
}

/** Goes to a place. `replace` leaves no step in the history: for walking through a list by keys. */
export function goTo(route: Partial<Route>, { replace = false } = {}): void {
  const link = linkTo(route);
  if (replace) history.replaceState(null, '', link);
  else history.pushState(null, '', link);
  // A change of the address itself would be told later, after the next key.
  dispatchEvent(new HashChangeEvent('hashchange'));
}
