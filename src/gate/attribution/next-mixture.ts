import type { Interval } from '../../stats/interval.ts';
import { reachDown, reachUp } from '../../stats/weighted-interval.ts';
import { conclude } from './conclude.ts';
import {
  type Cell,
  type Contrast,
  contestOf,
  dropOneIn,
  dropOneOut,
  dropWithout,
  estimateOf,
  interactionOf,
  intervalOf,
  type Mixture,
  type Mixtures,
  wholeDrop,
} from './mixtures.ts';

/** Most runs of one mixture. */
const mostRuns = 40;

/**
 * The mixture whose next runs decide most; undefined when everything is said or nothing more can be. It follows the factor that has most to answer
 * for, hoping where little is known, and there the mixture that makes its open contrasts widest.
 */
export function nextMixture(mixtures: Mixtures): Mixture | undefined {
  const open = openContrasts(mixtures);
  const widest = (contrasts: readonly Contrast[]) =>
    contrasts
      .flatMap((contrast) => contrast.map(([weight, cell]) => ({ cell, share: shareOfWidth(weight, cell) })))
      .filter(({ cell }) => mayGrow(cell))
      .sort((one, other) => other.share - one.share)
      .at(0)?.cell;
  for (const { contrasts } of open.toSorted((one, other) => other.hope - one.hope)) {
    const cell = widest(contrasts);
    if (cell) return cell.mixture;
  }
  return undefined;
}

interface Open {
  readonly contrasts: readonly Contrast[];
  /** What the factor may turn out to do. */
  readonly hope: number;
}

function openContrasts(mixtures: Mixtures): Open[] {
  const conclusion = conclude(mixtures);
  const { value: whole } = intervalOf(wholeDrop(mixtures));
  const isOpen = (contrast: Contrast) => {
    const { low, high } = intervalOf(contrast);
    return low <= 0 && high >= whole / 2;
  };
  if (conclusion.kind === 'one') {
    // The rest of the change looks as if it did harm, too: not said before that is tried.
    const rest = dropWithout(mixtures, conclusion.factors[0]);
    return intervalOf(rest).value > whole / 4 && isOpen(rest) ? [{ contrasts: [rest], hope: 0 }] : [];
  }
  if (conclusion.kind === 'interaction' || (conclusion.kind === 'several' && !conclusion.rest)) return [];
  const named = conclusion.kind === 'several' ? conclusion.factors : [];
  const single = mixtures.factors
    .filter((factor) => !named.includes(factor))
    .map((factor) => {
      const pair = [dropOneIn(mixtures, factor), dropOneOut(mixtures, factor)];
      const hope = pair.reduce((sum, contrast) => sum + hopeOf(contrast, whole), 0);
      const contest = contestOf(mixtures, factor);
      return { contrasts: isOpen(contest) && contest.some(([, cell]) => mayGrow(cell)) ? [contest] : pair.filter(isOpen), hope };
    });
  if (named.length > 0 || single.some(({ contrasts }) => contrasts.some((contrast) => contrast.some(([, cell]) => mayGrow(cell)))))
    return single;
  const needed = mixtures.factors.filter((factor) => intervalOf(dropOneOut(mixtures, factor)).low > 0);
  return needed
    .map((factor) => interactionOf(mixtures, factor))
    .filter((contrast) => intervalOf(contrast).low <= 0)
    .map((contrast) => ({ contrasts: [contrast], hope: intervalOf(contrast).value }));
}

/** The value and half of what it may still rise; where nothing was run, the whole drop. */
function hopeOf(contrast: Contrast, whole: number): number {
  if (contrast.some(([, cell]) => cell.blocked === undefined && cell.counts.runs === 0)) return whole;
  const { value, high }: Interval = intervalOf(contrast);
  return value + (high - value) / 2;
}

function mayGrow(cell: Cell): boolean {
  return cell.blocked === undefined && cell.counts.runs < mostRuns;
}

function shareOfWidth(weight: number, cell: Cell): number {
  const estimate = estimateOf(weight, cell);
  return (reachDown(estimate) + reachUp(estimate)) ** 2;
}
