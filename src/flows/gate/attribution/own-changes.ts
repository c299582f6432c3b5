import { isDeepStrictEqual } from 'node:util';
import type { Part } from '../../../contracts/attribution.ts';
import { factorNames } from '../../../contracts/factor.ts';
import type { WorkerTask } from '../../../workers/worker-agent.ts';
import type { LoadedCase } from '../../cases/load-cases.ts';
import type { GateArm } from '../3-run-rounds.ts';
import type { ChangedFiles } from '../changed-files.ts';
import type { Arm } from '../ledger.ts';
import { filesOfParts } from './changed-files-of-parts.ts';
import type { Block, ChangedParts } from './changed-parts.ts';

/** Parts that a mixture is told as values, whatever its files say. */
const told: readonly Part[] = ['prompt', 'model', 'settings'];

/** Parts that code makes: whichever files hold it go with them. */
const madeByCode: readonly Part[] = ['inputSchema', 'decisionSchema'];

/** What changed of an agent that answers by itself: files by the part that they belong to, and what its versions say. */
export async function ownChanges(
  arms: Readonly<Record<Arm, GateArm>>,
  accused: LoadedCase,
  { changed, unlisted }: { readonly changed: ChangedFiles; readonly unlisted: readonly string[] },
): Promise<ChangedParts> {
  const { files, manifests } = await filesOfParts(arms, changed, unlisted);
  const parts = { baseline: arms.baseline.prepared.parts, candidate: arms.candidate.prepared.parts };
  const hashed = (['mode', 'endpoint', 'runner'] as const).filter((part) => parts.baseline[part] !== parts.candidate[part]);
  const mixable = new Set([...valuesThatDiffer(arms, accused), ...hashed, ...files.keys()]);
  const [before, after] = [arms.baseline.prepared.version.factors ?? {}, arms.candidate.prepared.version.factors ?? {}];
  // Two versions name other files each, which both checkouts have. Of one version that is another pattern for the same files.
  const isOther = arms.baseline.prepared.version.name !== arms.candidate.prepared.version.name;
  const otherwise = Object.keys(after).filter(
    (part) => isOther && Object.hasOwn(before, part) && !mixable.has(part) && parts.baseline[part] !== parts.candidate[part],
  );
  const apart = [...otherwise, ...hashed.filter((part) => part !== 'runner')];
  const differing = new Set([...mixable, ...apart]);
  const factors = [...inOrder(arms)].filter((part) => differing.has(part));
  return {
    parts,
    factors,
    rest: files.get('rest') ?? [],
    // What cannot be mixed is in every run of the candidate: nothing would be shown of the others.
    blocks: apart.length > 0 ? [] : blocksOf(factors),
    runnerChanged: factors.includes('runner'),
    own: { files, manifests, apart },
  };
}

/** What versions name themselves goes first, what nobody names last. */
function inOrder({ baseline, candidate }: Readonly<Record<Arm, GateArm>>): Set<Part> {
  const named = [candidate, baseline].flatMap(({ prepared }) => Object.keys(prepared.version.factors ?? {}));
  return new Set([...named, ...factorNames, 'code', 'rest']);
}

function valuesThatDiffer({ baseline, candidate }: Readonly<Record<Arm, GateArm>>, accused: LoadedCase): Part[] {
  const [before, after] = [baseline.prepared.version, candidate.prepared.version];
  const variables = (factors: typeof before.factors = {}) =>
    new Map(Object.entries(factors).map(([name, { environment }]) => [name, environment]));
  const [here, there] = [variables(before.factors), variables(after.factors)];
  // A variable that one version alone names has the same value for both.
  const named = [...here.keys()].filter((name) => there.has(name) && !isDeepStrictEqual(here.get(name), there.get(name)));
  const differ: Readonly<Record<string, boolean>> = {
    prompt: before.prompt.text !== after.prompt.text,
    model: before.model !== after.model,
    settings: !isDeepStrictEqual(before.settings, after.settings),
    decisionSchema: !isDeepStrictEqual(before.toolVariant.decisionJsonSchema, after.toolVariant.decisionJsonSchema),
    inputSchema:
      !isDeepStrictEqual(baseline.config.agent.inputStructure, candidate.config.agent.inputStructure) ||
      baseline.inputOf(accused).fingerprint !== candidate.inputOf(accused).fingerprint,
  };
  return [...Object.keys(differ).filter((part) => differ[part]), ...named];
}

/** Schemas are code: where files of code changed too, they are tried together. */
function blocksOf(factors: readonly Part[]): Block[] {
  const mixable = factors.filter((factor) => factor !== 'runner');
  const code = ['rest', 'code', 'tools'].find((part) => mixable.includes(part));
  const made = mixable.filter((factor) => madeByCode.includes(factor));
  if (code === undefined || made.length === 0) return mixable.map((factor): Block => [factor]);
  const tied = [...made, code];
  return [...mixable.filter((factor) => !tied.includes(factor)).map((factor): Block => [factor]), tied];
}

/** What a mixture is told beside its files: the values of changed parts by the side that they are from. */
export function valuesOf(
  arms: Readonly<Record<Arm, GateArm>>,
  { factors }: Pick<ChangedParts, 'factors'>,
  sideOf: (part: Part) => Arm,
): NonNullable<WorkerTask['told']> {
  const versions = (part: Part) => arms[sideOf(part)].prepared.version;
  const changed = told.filter((part) => factors.includes(part));
  return {
    ...(changed.includes('prompt') ? { prompt: versions('prompt').prompt.text } : {}),
    ...(changed.includes('model') ? { model: versions('model').model } : {}),
    ...(changed.includes('settings') ? { settings: versions('settings').settings } : {}),
  };
}

/** Variables of changed parts that are main's in a mixture. */
export function variablesOfMain(
  arms: Readonly<Record<Arm, GateArm>>,
  { factors }: Pick<ChangedParts, 'factors'>,
  ofCandidate: readonly Part[],
): string[] {
  const named = arms.baseline.prepared.version.factors ?? {};
  return factors.filter((part) => !ofCandidate.includes(part)).flatMap((part) => Object.keys(named[part]?.environment ?? {}));
}
