import { exitCodes } from '../../contracts/docket-error.ts';
import type { Verdict } from '../../contracts/verdict.ts';

type Inconclusive = Extract<Verdict, { verdict: 'inconclusive' }>;

/** Why a pass is none. */
export interface NoPass extends Pick<Inconclusive, 'cause' | 'reason'> {
  /** That of an inconclusive verdict when not given. */
  readonly exitCode?: Inconclusive['exitCode'];
}

/** A pass, waived or not, of which something is not known is none; every other verdict stays as it is. */
export function noPass(verdict: Verdict, { exitCode = exitCodes.inconclusive, ...why }: NoPass): Verdict {
  const inconclusive = { verdict: 'inconclusive', exitCode, ...why } as const;
  if (verdict.verdict === 'pass') {
    const { basis: _, failingNewCases: __, ...rest } = verdict;
    return { ...rest, ...inconclusive };
  }
  if (verdict.verdict === 'waived') {
    const { accusation: _, waiver: __, ...rest } = verdict;
    return { ...rest, ...inconclusive };
  }
  return verdict;
}
