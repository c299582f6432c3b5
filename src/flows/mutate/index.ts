import { describeVersion } from '../../agent/describe-agent.ts';
import { canonicalJson, sha256 } from '../../contracts/canonical-json.ts';
import { DocketError, exitCodes } from '../../contracts/docket-error.ts';
import type { MutationReport } from '../../contracts/mutation.ts';
import type { MutationFamily } from '../../contracts/mutation-families.ts';
import { idleCases, idleScorers, mutationScore } from '../../mutation/mutation-score.ts';
import { mutators } from '../../mutation/mutators.ts';
import { type PlantedMutant, plantMutants } from '../../mutation/plant-mutants.ts';
import type { WrittenReports } from '../../reporters/write-reports.ts';
import type { Session } from '../session.ts';
import { runOriginal } from './1-run-original.ts';
import { judgeMutant } from './2-judge-mutant.ts';
import { Survivors } from './3-explain-survivor.ts';
import { type MutationBench, prepareMutant } from './bench.ts';
import { flippedLabels, guttedScorers } from './judge-family.ts';
import { KnownResults, type TriedMutant } from './known-results.ts';
import { sourceHashes, suiteHash } from './suite-hash.ts';
import { writeMutation } from './write-mutation.ts';

export interface MutateOptions {
  readonly version: string;
  /** Runs of the version itself on each case. */
  readonly trials: number;
  /** Families to try; all when not given. */
  readonly families?: readonly MutationFamily[];
  /** Tries every mutant again. */
  readonly fresh: boolean;
  readonly concurrency?: number;
  readonly signal: AbortSignal;
  readonly onMutant?: (done: number, all: number) => void;
}

/** The report, where it was written, and how many of its mutants were known already. */
export interface Mutated extends WrittenReports {
  readonly report: MutationReport;
  readonly reused: number;
}

/** Plants known faults in a version, one at a time, and lets the gate judge each: which would the suite let through? */
export async function mutate(session: Session, options: MutateOptions): Promise<Mutated> {
  if (session.mode !== 'simulated') throw new DocketError('Mutants run on the simulated model only: docket mutate --mode simulated.');
  const { families, signal, fresh } = options;
  const bench = await runOriginal(session, { ...options, concurrency: options.concurrency ?? session.config.concurrency });
  await requirePass(bench);
  const wanted = (family: MutationFamily) => families === undefined || families.includes(family);
  const all = [...mutators, ...session.config.mutators];
  // The judge is tried by what it notices, so all other families are tried with it.
  const planted = plantMutants(
    all.filter(({ family }) => wanted(family) || wanted('judge')),
    {
      agent: session.agent,
      version: bench.version,
      inputs: bench.cases.map(({ input }) => input),
      toolResults: bench.toolResults,
    },
  );
  const suite = await suiteHash(bench, import.meta.url);
  const sources = await sourceHashes(all.map(({ source }) => source));
  const known = new KnownResults(session.config);
  const survivors = new Survivors(bench);
  const results: TriedMutant[] = [];
  try {
    for (const each of planted) {
      signal.throwIfAborted();
      const fingerprint = fingerprintOf(each, suite, sources);
      const found = fresh ? undefined : known.find(fingerprint);
      const tried = found ?? (await tryMutant(bench, survivors, each, fingerprint));
      if (!found) await requireUnchanged(bench);
      results.push(tried);
      options.onMutant?.(results.length, planted.length);
    }
  } finally {
    // Also what was found out before somebody pressed Ctrl-C.
    known.keep(results);
  }
  const judge = wanted('judge')
    ? [...guttedScorers(bench, results, suite), ...(await labels(bench, suite, fresh ? undefined : known))]
    : [];
  await requireUnchanged(bench);
  known.keep([...results, ...judge]);
  const tried = [...results.filter(({ family }) => wanted(family)), ...judge];
  // The hashes change with every commit, and a report is committed.
  const report = reportOf(
    bench,
    options,
    tried.map(({ fingerprint: _, ...result }) => result),
  );
  const reused = fresh ? 0 : tried.filter(({ fingerprint }) => known.find(fingerprint) !== undefined).length;
  // Some families say nothing of the suite as a whole, and must not take the place of what does.
  return { report, reused, ...(families ? { files: [] } : writeMutation(session.config.root, report)) };
}

/** The gate's word on the version itself, run once more: where it is no pass, no mutant's end says anything. */
async function requirePass(bench: MutationBench): Promise<void> {
  const { session, original } = bench;
  const { end, reason } = await judgeMutant(bench, { session, prepared: original });
  if (end !== 'pass')
    throw new DocketError(
      `The gate does not let ${original.identity.name} itself pass, so its word on faults in it says nothing: ${reason} Run docket selfcheck, and mend the suite or the gate's options first.`,
    );
}

/**
 * A fault whose trials could not be run counts as noticed, which says nothing where files changed meanwhile.
 * @throws {DocketError} in that case
 */
async function requireUnchanged({ original: { identity, watch } }: MutationBench): Promise<void> {
  const why = watch.opensFiles ? await watch.changed() : undefined;
  if (why === undefined) return;
  throw new DocketError(
    `${identity.name} changed while faults in it were tried: ${why}. What was found out before is kept. Run it again while nobody edits it.`,
    { exitCode: exitCodes.incomplete },
  );
}

async function tryMutant(bench: MutationBench, survivors: Survivors, each: PlantedMutant, fingerprint: string): Promise<TriedMutant> {
  const { id, mutator, mutant } = each;
  const prepared = prepareMutant(bench, mutant, fingerprint);
  const head = { id, family: mutator.family, mutator: mutator.name, what: mutant.what, fingerprint };
  const end = await judgeMutant(bench, prepared).catch((cause: unknown) => {
    throw bench.signal.aborted
      ? cause
      : new DocketError(`The mutant "${id}" could not be tried: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  });
  if (end.end !== 'pass') return { ...head, fate: 'killed', ...end };
  return { ...head, ...end, ...(await survivors.explain(prepared, mutant)) };
}

async function labels(bench: MutationBench, suite: string, known: KnownResults | undefined): Promise<TriedMutant[]> {
  const kept = bench.cases.map(({ case: { id } }) => known?.find(sha256(canonicalJson([suite, 'label-flipped', id]))));
  return kept.every((result) => result !== undefined) ? kept : flippedLabels(bench, suite);
}

function fingerprintOf(
  { id, mutator, mutant: { version, delayMs = 0 } }: PlantedMutant,
  suite: string,
  sources: ReadonlyMap<string, string>,
): string {
  const changed = version ? JSON.parse(JSON.stringify(describeVersion(version))) : null;
  return sha256(canonicalJson([suite, id, sources.get(mutator.source) ?? '', delayMs, changed]));
}

function reportOf(bench: MutationBench, { families, trials }: MutateOptions, mutants: MutationReport['mutants']): MutationReport {
  const { session, original, cases, hardScorers } = bench;
  const ids = cases.map(({ case: { id } }) => id);
  return {
    format: 1,
    agent: session.agent.name,
    version: original.identity,
    mode: 'simulated',
    cases: ids,
    trials,
    ...(families ? { families: [...families] } : {}),
    score: mutationScore(mutants, ['survived']),
    lowerScore: mutationScore(mutants, ['survived', 'not-expressible']),
    mutants: [...mutants],
    idleCases: idleCases(mutants, ids),
    idleScorers: idleScorers(mutants, hardScorers),
  };
}
