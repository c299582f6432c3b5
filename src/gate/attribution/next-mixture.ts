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
  return openContrasts(mixtures)
    .map(widestOf)
    .find((cell) => cell !== undefined)?.mixture;
}

/** The mixture that makes these contrasts widest; undefined when none of theirs may be run again. */
function widestOf(contrasts: readonly Contrast[]): Cell | undefined {
  return contrasts
    .flatMap((contrast) => contrast.map(([weight, cell]) => ({ cell, share: shareOfWidth(weight, cell) })))
    .filter(({ cell }) => mayGrow(cell))
    .sort((one, other) => other.share - one.share)
    .at(0)?.cell;
}

/** Contrasts that belong together, the most important ones first: those of single factors, and once none of them may be run again those of their interaction. */
function openContrasts(mixtures: Mixtures): (readonly Contrast[])[] {
  const conclusion = conclude(mixtures);
  const { value: whole } = intervalOf(wholeDrop(mixtures));
  const isOpen = (contrast: Contrast) => {
    const { low, high } = intervalOf(contrast);
    return low <= 0 && high >= whole / 2;
  };
  if (conclusion.kind === 'one') {
    // The rest of the change looks as if it did harm, too: not said before that is tried.
    const rest = dropWithout(mixtures, conclusion.factors[0]);
    return intervalOf(rest).value > whole / 4 && isOpen(rest) ? [[rest]] : [];
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
    })
    .sort((one, other) => other.hope - one.hope)
    .map(({ contrasts }) => contrasts);
  if (named.length > 0) return single;
  const interactions = mixtures.factors
    .filter((factor) => intervalOf(dropOneOut(mixtures, factor)).low > 0)
    .map((factor) => interactionOf(mixtures, factor))
    .filter((contrast) => intervalOf(contrast).low <= 0)
    .map((contrast) => [contrast]);
  return [...single, ...interactions];
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
