import type { Note } from '../../contracts/improvement-plan.ts';
import type { Trace } from '../../contracts/trace.ts';
import type { ObservedRun } from '../../improvement/observed-run.ts';
import type { TraceStore } from '../../traces/store/trace-store.ts';
import type { TrialStore } from '../../trials/trial-store.ts';
import type { LoadedCase } from '../cases/load-cases.ts';
import { givenWay } from '../given-way.ts';
import { scoreTrial } from '../judging/score-trial.ts';
import { Scoring } from '../judging/scoring.ts';
import { runDollars, trialDollars } from '../judging/trial-dollars.ts';
import type { LoadedConfig } from '../load-config.ts';
import { traceWithInput } from '../score-traces/input-of-trace.ts';
import { modelOf, runOfTrace } from '../score-traces/run-of-trace.ts';
import { completeInput } from '../score-traces/score-trace.ts';
import type { TraceScores } from '../score-traces/trace-scores.ts';
import { prepareInEveryMode } from '../session.ts';
import { observeRun } from './observe-run.ts';
import type { RunOrigin } from './version-runs.ts';

/** A run with the fingerprint of the version that it names, and what others said of it. */
export interface ReadRun {
  readonly run: ObservedRun;
  readonly fingerprint: string | null;
  readonly notes: readonly Note[];
}

const readAtATime = 500;

/**
 * The traces that were drawn, one at a time, each with its scores: as they are stored, and anew where these scorers have not judged it.
 * @throws the signal's reason at an abort; what is scored by then is kept
 */
export async function* readTraceRuns(
  { agent, prices }: LoadedConfig,
  store: TraceStore,
  ids: readonly string[],
  scoresOf: TraceScores,
  origins: ReadonlyMap<string, RunOrigin>,
  signal: AbortSignal,
): AsyncGenerator<ReadRun> {
  let read = 0;
  for (const id of ids) {
    const found = await store.trace(id);
    // Somebody removed it meanwhile.
    if (!found) continue;
    const trace = await traceWithInput(agent, store, found);
    read += 1;
    if (read % readAtATime === 0) {
      await scoresOf.save();
      await givenWay(signal);
    }
    const evidence = runOfTrace(trace);
    const origin = trace.versionFingerprint === null ? undefined : origins.get(trace.versionFingerprint);
    const run = observeRun(evidence, {
      id: trace.traceId,
      kind: 'trace',
      startedAt: trace.startedAt,
      version: origin?.version ?? '',
      input: completeInput(agent, trace),
      dollars: modelOf(trace) === undefined ? undefined : runDollars(prices, evidence),
      durationMs: trace.durationMs,
      scores: await scoresOf.of(trace, signal),
      ...(trace.simulated ? { simulated: true } : origin?.mode === undefined ? {} : { simulated: origin.mode === 'simulated' }),
    });
    yield { run, fingerprint: trace.versionFingerprint, notes: notesOn(trace) };
  }
  await scoresOf.save();
}

/** What people, or other systems, said of a run in words; what Docket's own scorers sent is scored anew, and is nobody's word. */
function notesOn({ traceId, evaluations, startedAt }: Trace): Note[] {
  return evaluations.flatMap(({ name, explanation, source, label, isOwn }) => {
    if (isOwn) return [];
    const text = explanation ?? label;
    if (text === null || text.trim() === '') return [];
    return [{ on: traceId, who: source ?? name, when: startedAt === null ? null : new Date(startedAt).toISOString(), text }];
  });
}

/** The stored trials of a version, in every mode, case by case, each scored by today's scorers. */
export async function* readTrialRuns(
  config: LoadedConfig,
  store: TrialStore,
  { version, series, cases }: { readonly version: string; readonly series: string; readonly cases: readonly LoadedCase[] },
  signal: AbortSignal,
): AsyncGenerator<ReadRun> {
  const { agent, prices } = config;
  const scoring = new Scoring(agent, config.scoring, prices);
  const seen = new Set<string>();
  for (const { identity, version: described } of (await prepareInEveryMode(config, [version])).flat()) {
    for (const loaded of cases) {
      const selection = { versionFingerprint: identity.fingerprint, caseFingerprint: loaded.fingerprint, series };
      for (const portion of await store.portions(selection, { first: 1, last: 1_000_000 })) {
        await givenWay(signal);
        for (const trial of await store.list(selection, portion)) {
          const id = `${loaded.case.id}, trial ${trial.key.number}`;
          // Versions of one fingerprint, or cases of one input, share their trials.
          if (seen.has(`${identity.fingerprint} ${id}`)) continue;
          seen.add(`${identity.fingerprint} ${id}`);
          const { scores } = await scoreTrial(scoring, described, loaded, trial, { signal });
          const run = observeRun(trial, {
            id,
            kind: 'trial',
            caseId: loaded.case.id,
            startedAt: Date.parse(trial.startedAt),
            version,
            input: loaded.input,
            dollars: trialDollars(prices, trial),
            durationMs: trial.durationMs,
            scores,
          });
          yield { run, fingerprint: identity.fingerprint, notes: [] };
        }
      }
    }
  }
}

/** What reviewers wrote on cases: why a label is right, and what was said on both sides of a dispute. */
export function notesOnCases(cases: readonly LoadedCase[]): Note[] {
  return cases.flatMap(({ case: { id, label, dispute } }): Note[] => {
    const people = label.reviewers.filter(({ kind, name }) => kind === 'human' && name !== undefined);
    const [first] = people;
    return [
      ...(first
        ? [{ on: `case ${id}`, who: people.map(({ name }) => name).join(', '), when: first.reviewedOn ?? null, text: label.rationale }]
        : []),
      ...(dispute?.labels ?? []).map(({ source, argument }): Note => ({ on: `case ${id}`, who: source, when: null, text: argument })),
      ...(dispute?.resolution
        ? [
            {
              on: `case ${id}`,
              who: dispute.resolution.reviewer.name ?? dispute.resolution.reviewer.kind,
              when: dispute.resolution.reviewer.reviewedOn ?? null,
              text: dispute.resolution.argument,
            },
          ]
        : []),
    ];
  });
}
