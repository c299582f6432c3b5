import {
  type Contrast,
  contestOf,
  dropOneIn,
  dropOneOut,
  dropWithout,
  effectOf,
  interactionOf,
  intervalOf,
  type Mixtures,
} from './mixtures.ts';

/** What the contrasts show. Nothing is named that they do not carry. */
export type Conclusion =
  /** It makes the case fail: alone it does more harm than the rest of the change, and with main's the case passes again. */
  | { readonly kind: 'one'; readonly factors: readonly [string] }
  /** Each of them does harm, alone or beside the rest. `rest`: something else does harm as well, and it is not known what. */
  | { readonly kind: 'several'; readonly factors: readonly string[]; readonly rest: boolean }
  /** They do more together than alone, and none is shown to do harm alone. */
  | { readonly kind: 'interaction'; readonly factors: readonly string[] }
  | { readonly kind: 'undecided' };

/** Reads the contrasts: an effect is there when its interval holds no zero. */
export function conclude(mixtures: Mixtures): Conclusion {
  const { factors } = mixtures;
  const shown = (contrast: Contrast) => intervalOf(contrast).low > 0;
  const alone = factors.filter((factor) => shown(dropOneIn(mixtures, factor)));
  const needed = factors.filter((factor) => shown(dropOneOut(mixtures, factor)));
  const both = factors.filter((factor) => alone.includes(factor) || needed.includes(factor));
  const most = factors.filter((factor) => shown(contestOf(mixtures, factor)) && effectOf(mixtures, factor).low > 0);
  const culprits =
    both.length > 1 ? both : most.length > 0 ? most : both.filter((factor) => alone.includes(factor) && needed.includes(factor));
  const [one, another] = culprits;
  if (one !== undefined && another === undefined) {
    return shown(dropWithout(mixtures, one)) ? { kind: 'several', factors: [one], rest: true } : { kind: 'one', factors: [one] };
  }
  if (another !== undefined && alone.length > 0) return { kind: 'several', factors: culprits, rest: false };
  const [only] = alone;
  if (only !== undefined && shown(dropWithout(mixtures, only))) return { kind: 'several', factors: [only], rest: true };
  const together = needed.filter((factor) => shown(interactionOf(mixtures, factor)));
  return together.length > 1 ? { kind: 'interaction', factors: together } : { kind: 'undecided' };
}
