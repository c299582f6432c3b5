import type { VersionResult } from '../../contracts/evaluation.ts';
import { count, counted } from '../../text/figures.ts';

/** Most cases that a table has rows for, or that are told one by one: nobody reads more, and the report has them all. */
export const mostShown = 200;

/** Which cases have a row, in their order, by their place: all of them, or so many, those first that are not simply passed. */
export function shownCases(versions: readonly Pick<VersionResult, 'cases'>[], most = mostShown): number[] {
  const places = [...(versions[0]?.cases.keys() ?? [])];
  if (places.length <= most) return places;
  const failing = places.filter((place) => versions.some(({ cases }) => !isPassed(cases[place]))).slice(0, most);
  const chosen = new Set(failing);
  for (const place of places) {
    if (chosen.size >= most) break;
    chosen.add(place);
  }
  return [...chosen].sort((one, other) => one - other);
}

/** What a table does not show; undefined where it shows all. */
export function notShownText(versions: readonly Pick<VersionResult, 'cases'>[], shown: readonly number[]): string | undefined {
  const places = [...(versions[0]?.cases.keys() ?? [])];
  const left = places.length - shown.length;
  if (left === 0) return undefined;
  const isShown = new Set(shown);
  const failing = places.filter((place) => !isShown.has(place) && versions.some(({ cases }) => !isPassed(cases[place]))).length;
  const passed = failing === 0 ? 'every trial of which passed' : `${count(failing)} of them not simply passed`;
  return `${counted(left, 'more case')}, ${passed}, ${left === 1 ? 'is' : 'are'} not shown; reports/evaluation.json has all ${count(places.length)}.`;
}

function isPassed(result: VersionResult['cases'][number] | undefined): boolean {
  return result !== undefined && result.runs > 0 && result.passes === result.runs && result.infraErrors.length === 0;
}
