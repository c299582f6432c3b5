import type { ReportedVersion } from '../contracts/verdict.ts';

type Totals = ReportedVersion['totals'];

/** A way to decide wrongly, with how often it came. */
export interface WrongCount {
  /** One of them, for example `false approval`. */
  readonly name: string;
  of(totals: Totals): number;
}

const yesOrNo: readonly WrongCount[] = [
  { name: 'false approval', of: ({ falseApprovals }) => falseApprovals },
  { name: 'false denial', of: ({ falseDenials }) => falseDenials },
];
const anyOther: WrongCount = { name: 'wrong decision', of: ({ wrongDecisions = 0 }) => wrongDecisions };

/**
 * The ways to decide wrongly that are worth a column. Where decisions are no yes or no, "no false approval" would be a false comfort, so it is only
 * said beside such counts when there is one.
 */
export function wrongCounts(versions: readonly { readonly totals: Totals }[]): readonly WrongCount[] {
  const shows = (wrong: WrongCount) => versions.some(({ totals }) => wrong.of(totals) > 0);
  return shows(anyOther) ? [...yesOrNo.filter(shows), anyOther] : yesOrNo;
}
