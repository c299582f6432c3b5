import { sha256 } from '../../../contracts/canonical-json.ts';
import { DocketError } from '../../../contracts/docket-error.ts';
import { count, counted } from '../../../text/figures.ts';
import { gateSuspects } from '../../audit-labels/gate-suspects.ts';
import { type LoadedCase, loadCases } from '../../cases/load-cases.ts';
import { mayJudge } from '../../gate/1-load-suite.ts';
import type { LoadedConfig } from '../../load-config.ts';

/** Cases that proposals are made from, and cases that nobody sees before the end. */
export interface CaseSplit {
  readonly training: readonly LoadedCase[];
  readonly heldOut: readonly LoadedCase[];
}

/** Share of all inputs that is held out, by their hash: whatever else is there, an input is on the same side for ever. */
const heldOutShare = 1 / 3;
const least = 3;

/** True for the inputs that may be held out. */
export function mayBeHeldOut({ fingerprint }: Pick<LoadedCase, 'fingerprint'>): boolean {
  return Number.parseInt(sha256(`held out ${fingerprint}`).slice(0, 8), 16) / 2 ** 32 < heldOutShare;
}

/**
 * Splits the cases that judge by the hashes of their inputs. What was looked at before is training now: it can tell nothing new any more.
 * @param looked fingerprints of inputs at which an earlier search looked
 * @throws {DocketError} when one of the sides is too small to say anything
 */
export function splitCases(config: LoadedConfig, looked: ReadonlySet<string>): CaseSplit {
  const all = loadCases(config.cases, config.agent).filter(mayJudge);
  const suspects = gateSuspects(all, config, new Set());
  const cases = all.filter(({ case: { id } }) => !suspects.has(id));
  const isHeldOut = (loaded: LoadedCase) => mayBeHeldOut(loaded) && !looked.has(loaded.fingerprint);
  const training = cases.filter((loaded) => !isHeldOut(loaded));
  const heldOut = cases.filter(isHeldOut);
  if (heldOut.length >= least && training.length >= least) return { training, heldOut };
  const used = cases.filter((loaded) => mayBeHeldOut(loaded) && looked.has(loaded.fingerprint)).length;
  throw new DocketError(
    `Of ${counted(cases.length, 'case')} that judge ${count(heldOut.length)} can be held out and ${count(training.length)} can be learned from; ${least} of each are needed.${used > 0 ? ` ${counted(used, 'case')} ${used === 1 ? 'was' : 'were'} held out in an earlier search (reports/held-out.json), and a case is held out once.` : ''} Add cases (docket cases draft, docket cases review): about a third of them will be held out, by the hash of their input. No model was asked.`,
  );
}
