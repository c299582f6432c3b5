import type { FingerprintParts } from '../../../agent/fingerprint.ts';
import type { Part } from '../../../contracts/attribution.ts';
import { factorNames } from '../../../contracts/factor.ts';
import type { LoadedCase } from '../../cases/load-cases.ts';
import type { GateArm } from '../3-run-rounds.ts';
import type { Arm } from '../ledger.ts';
import type { FilesOfParts } from './changed-files-of-parts.ts';
import { withoutParts } from './files-of-parts.ts';

/** Parts that go from one version into the other together. */
export type Block = readonly Part[];

/** What differs between the two versions, and how it can be mixed. */
export interface ChangedParts {
  readonly parts: Readonly<Record<Arm, FingerprintParts>>;
  /** Everything that changed. */
  readonly factors: readonly Part[];
  /** Changed files that no factor counts, below the repository's top folder. */
  readonly rest: readonly string[];
  /** The changed parts that can be exchanged, each in one block. */
  readonly blocks: readonly Block[];
  /** Every mixture is run by this checkout's tool loop, whatever main's own was. */
  readonly runnerChanged: boolean;
  /** Where the agent answers by itself: then files are mixed, whatever they hold. */
  readonly own?: FilesOfParts;
}

/** Parts whose code reads files of its own checkout while it runs. */
export const reading: readonly Part[] = ['userMessage', 'tools', 'inputSchema', 'simulator'];

/** Compares the parts of the fingerprints, and what both input schemas make of the accused case: a transform shows there only. */
export async function changedParts(
  arms: Readonly<Record<Arm, GateArm>>,
  accused: LoadedCase,
  unlisted: readonly string[],
): Promise<ChangedParts> {
  const parts = { baseline: arms.baseline.prepared.parts, candidate: arms.candidate.prepared.parts };
  const readDifferently = arms.baseline.inputOf(accused).fingerprint !== arms.candidate.inputOf(accused).fingerprint;
  const rest = await withoutParts(unlisted, arms);
  const counted: readonly Part[] = factorNames.filter(
    (factor) => parts.baseline[factor] !== parts.candidate[factor] || (factor === 'inputSchema' && readDifferently),
  );
  const factors = rest.length > 0 ? [...counted, 'rest' as const] : counted;
  return { parts, factors, rest, blocks: blocksOf(factors), runnerChanged: factors.includes('runner') };
}

/** Files that are read belong to the code that reads them: where such code changed too, the two cannot be told apart. */
function blocksOf(factors: readonly Part[]): Block[] {
  const mixable = factors.filter((factor) => factor !== 'runner');
  if (!mixable.includes('reads')) return mixable.map((factor) => [factor]);
  const tied = mixable.filter((factor) => factor === 'reads' || factor === 'rest' || reading.includes(factor));
  return [...mixable.filter((factor) => !tied.includes(factor)).map((factor): Block => [factor]), tied];
}

/** Which side a part of a mixture comes from. Code that did not change goes with the files that it reads and the code around it. */
export function sideOf(part: Part, { factors, own }: ChangedParts, ofCandidate: readonly Part[]): Arm {
  if (own) return factors.includes(part) && !ofCandidate.includes(part) ? 'baseline' : 'candidate';
  const goesWith = (['reads', 'rest'] as const).find((each) => factors.includes(each));
  const deciding = !factors.includes(part) && reading.includes(part) && goesWith !== undefined ? goesWith : part;
  if (!factors.includes(deciding)) return 'candidate';
  return ofCandidate.includes(deciding) ? 'candidate' : 'baseline';
}
