import { exitCodes } from '../../contracts/docket-error.ts';
import type { Notice } from '../../contracts/notice.ts';
import type { Verdict } from '../../contracts/verdict.ts';
import { isTooFlaky, type QuarantinedCase, unseenDrop } from '../../gate/quarantine.ts';
import { counted, dropText } from '../../text/figures.ts';
import type { LoadedCase } from '../cases/load-cases.ts';
import { noPass } from './no-pass.ts';

/** Which of main's cases judge, and what the others cost. */
export interface Quarantine {
  /** Ids of cases that are not run. Empty where too few would be left: then all judge, so that what got worse is still seen, and nothing passes. */
  readonly out: ReadonlySet<string>;
  /** What a reader must know; undefined where every case judges. */
  readonly notice: Notice | undefined;
  /** Why a pass would prove nothing; undefined when enough cases judge. */
  readonly tooFlaky: string | undefined;
}

/** Cases that are named one by one. */
const mostNamed = 10;

/**
 * Takes the cases out that main itself fails.
 * @param cases how many cases of main could judge, these included
 */
export function quarantineOf(quarantined: readonly QuarantinedCase[], cases: number): Quarantine {
  if (quarantined.length === 0) return { out: new Set(), notice: undefined, tooFlaky: undefined };
  const named = quarantined.slice(0, mostNamed).map(({ id, passes, runs }) => `${id}: ${passes} of ${runs}`);
  const list = `${named.join(', ')}${quarantined.length > mostNamed ? ', …' : ''}`;
  if (isTooFlaky(quarantined.length, cases)) {
    const tooFlaky = `The suite is too flaky: main itself fails ${quarantined.length} of ${counted(cases, 'case')} (passed ${list}), so fewer than two thirds could judge. ${remedy}`;
    return { out: new Set(), notice: { kind: 'quarantine', message: tooFlaky }, tooFlaky };
  }
  const are = quarantined.length === 1 ? 'is' : 'are';
  return {
    out: new Set(quarantined.map(({ id }) => id)),
    notice: {
      kind: 'quarantine',
      message: `${quarantined.length} of ${counted(cases, 'case')} ${are} not judged, because main itself fails ${quarantined.length === 1 ? 'it' : 'them'} (passed ${list}): a drop of up to ${dropText(unseenDrop(quarantined, cases))} of the suite's pass rate can no longer be seen. ${remedy}`,
    },
    tooFlaky: undefined,
  };
}

const remedy =
  'On main, fix the agent there, or correct or remove the case, and run "docket baseline accept": a case that main passes in four of five runs judges again.';

/** The cases that are run. */
export function judgingOf({ out }: Quarantine, cases: readonly LoadedCase[]): readonly LoadedCase[] {
  return cases.filter((loaded) => !out.has(loaded.case.id));
}

/** Where too few cases could judge, nothing passes. */
export function underQuarantine(verdict: Verdict, { tooFlaky }: Quarantine, lenient: boolean): Verdict {
  if (tooFlaky === undefined) return verdict;
  return noPass(verdict, { cause: 'too-flaky', reason: tooFlaky, exitCode: lenient ? exitCodes.pass : exitCodes.inconclusive });
}
