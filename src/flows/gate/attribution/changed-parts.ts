import { type FingerprintParts, fingerprintParts } from '../../../agent/fingerprint.ts';
import { type Factor, factorNames } from '../../../contracts/factor.ts';
import type { LoadedCase } from '../../evaluate/1-load-cases.ts';
import type { GateArm } from '../3-run-rounds.ts';
import type { Arm } from '../ledger.ts';

/** Parts that go from one version into the other together. */
export type Block = readonly Factor[];

/** What differs between the two versions, and how it can be mixed. */
export interface ChangedParts {
  readonly parts: Readonly<Record<Arm, FingerprintParts>>;
  readonly factors: readonly Factor[];
  /** The changed parts that can be exchanged, each in one block. */
  readonly blocks: readonly Block[];
  /** Every mixture is run by this checkout's tool loop, whatever main's own was. */
  readonly runnerChanged: boolean;
}

/** Parts whose code reads files of its own checkout while it runs. */
const reading: readonly Factor[] = ['userMessage', 'tools', 'inputSchema', 'simulator'];

/** Compares the parts of the fingerprints, and what both input schemas make of the accused case: a transform shows there only. */
export async function changedParts(arms: Readonly<Record<Arm, GateArm>>, accused: LoadedCase): Promise<ChangedParts> {
  const partsOf = ({ session, prepared }: GateArm) => fingerprintParts(session.agent, prepared.version, session.modelFingerprint);
  const parts = { baseline: await partsOf(arms.baseline), candidate: await partsOf(arms.candidate) };
  const readDifferently = arms.baseline.inputOf(accused).fingerprint !== arms.candidate.inputOf(accused).fingerprint;
  const factors = factorNames.filter(
    (factor) => parts.baseline[factor] !== parts.candidate[factor] || (factor === 'inputSchema' && readDifferently),
  );
  return { parts, factors, blocks: blocksOf(factors), runnerChanged: factors.includes('runner') };
}

/** Files that are read belong to the code that reads them: where such code changed too, the two cannot be told apart. */
function blocksOf(factors: readonly Factor[]): Block[] {
  const mixable = factors.filter((factor) => factor !== 'runner');
  if (!mixable.includes('reads')) return mixable.map((factor) => [factor]);
  const tied = mixable.filter((factor) => factor === 'reads' || reading.includes(factor));
  return [...mixable.filter((factor) => !tied.includes(factor)).map((factor): Block => [factor]), tied];
}

/** Which side a part of a mixture comes from. Code that did not change goes with the files that it reads. */
export function sideOf(factor: Factor, { factors }: ChangedParts, ofCandidate: readonly Factor[]): Arm {
  const deciding = !factors.includes(factor) && reading.includes(factor) && factors.includes('reads') ? 'reads' : factor;
  if (!factors.includes(deciding)) return 'candidate';
  return ofCandidate.includes(deciding) ? 'candidate' : 'baseline';
}
