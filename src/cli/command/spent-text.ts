import type { Evaluation } from '../../contracts/evaluation.ts';
import { money } from '../../text/figures.ts';

/** What was paid for a run, behind what was run; empty where nobody is paid. @param by ` by workers`, where they ran it */
export function spentText(
  { spentDollars, spentAtLeastDollars }: Pick<Evaluation, 'spentDollars' | 'spentAtLeastDollars'>,
  by = '',
): string {
  if (spentDollars !== undefined) return ` · ${money(spentDollars)} spent${by}`;
  if (spentAtLeastDollars === undefined) return '';
  return spentAtLeastDollars > 0
    ? ` · ${money(spentAtLeastDollars)} spent${by}, and more that nobody can tell`
    : ' · what was spent is not known';
}
