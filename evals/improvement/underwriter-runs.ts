/** Runs of the underwriter on the simulated model, seen as `docket improve` sees them: what the detectors are tried on. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mutant } from '../../src/agent/mutator.ts';
import type { RunEvidence } from '../../src/contracts/scorer.ts';
import { declareAgent } from '../../src/flows/improve/declare-agent.ts';
import { observeRun } from '../../src/flows/improve/observe-run.ts';
import { ProblemFinder } from '../../src/improvement/find-problems.ts';
import type { ObservedRun } from '../../src/improvement/observed-run.ts';
import { type JsonObject, resolveVersion, runAgent, simulatedModel, type Version } from '../../src/index.ts';
import { underwriter } from '../../src/underwriting/agent.ts';
import { simulatedUnderwriter } from '../../src/underwriting/simulated-underwriter.ts';

const cases = join(import.meta.dirname, '../../cases');

/** The inputs of the committed cases by their names, in order. */
export function caseInputs(): { readonly id: string; readonly input: JsonObject }[] {
  return readdirSync(cases)
    .filter((file) => file.endsWith('.json') && file !== 'case.schema.json')
    .sort()
    .map((file) => ({ id: file.slice(0, -5), input: JSON.parse(readFileSync(join(cases, file), 'utf8')).input as JsonObject }));
}

export interface RunsOptions {
  readonly version: Version;
  readonly mutant?: Mutant;
  readonly inputs: readonly { readonly id: string; readonly input: JsonObject }[];
  readonly trials: number;
  readonly kind?: 'trace' | 'trial';
}

/** Runs a version on inputs, so many trials each; what a run came to is in its transcript alone, as in a trace. */
export async function* observedRuns({ version, mutant, inputs, trials, kind = 'trial' }: RunsOptions): AsyncGenerator<ObservedRun> {
  const simulated = simulatedModel(simulatedUnderwriter, { slipRate: 0 });
  const model = mutant?.model?.(simulated) ?? simulated;
  let at = 1_760_000_000_000;
  for (const { id, input } of inputs) {
    for (let number = 1; number <= trials; number += 1) {
      const parsed = underwriter.input.parse(input);
      const { outcome, transcript, usage } = await runAgent({
        agent: underwriter,
        version: mutant?.version ?? version,
        input: parsed,
        model,
        series: id,
        trialNumber: number,
        signal: new AbortController().signal,
        now: () => 0,
      });
      at += 60_000;
      const evidence = { mode: 'simulated', transcript, usage, durationMs: 1, outcome } as RunEvidence;
      yield observeRun(evidence, {
        id: kind === 'trial' ? `${id}, trial ${number}` : `${at.toString(16).padStart(32, '0')}`,
        kind,
        ...(kind === 'trial' ? { caseId: id } : {}),
        startedAt: at,
        version: version.name,
        input: parsed,
        dollars: undefined,
        durationMs: 1,
        scores: [],
      });
    }
  }
}

/** What the detectors find in a version, or in a mutant of it, which they take for the version as it is declared. */
export async function problemsOf(options: Omit<RunsOptions, 'version'> & { readonly version: string }) {
  const version = resolveVersion(underwriter, options.version) as Version;
  const finder = new ProblemFinder(declareAgent(underwriter, options.mutant?.version ?? version));
  for await (const run of observedRuns({ ...options, version })) finder.see(run);
  return finder.problems();
}
