import { randomUUID } from 'node:crypto';
import { isAsked, modelsOf } from '../../contracts/answered-by.ts';
import { DocketError, exitCodes } from '../../contracts/docket-error.ts';
import { inTurns, Turns } from '../../contracts/turns.ts';
import { type Drift, driftLevel, lookForDrift } from '../../gate/drift.ts';
import type { Counts } from '../../stats/counts.ts';
import { type DetectableDrop, seekingDrop } from '../../stats/detectable-drop.ts';
import { seededRandom } from '../../stats/random.ts';
import { listed } from '../../text/figures.ts';
import { withGatedFamilies } from '../cases/gated-families.ts';
import { loadCases } from '../cases/load-cases.ts';
import { type CostEstimate, estimateCost } from '../estimate-cost.ts';
import { countWanted, trialsIn } from '../judging/family-places.ts';
import { judgeTrials } from '../judging/judge-trials.ts';
import { SpendingTally } from '../judging/spending.ts';
import { trialRequest } from '../judging/trial-request.ts';
import { judgingHash } from '../scorer-hash.ts';
import type { PreparedVersion, Session } from '../session.ts';
import { type CommittedCounts, readCommittedCounts } from './committed-counts.ts';

export interface TryAgainOptions {
  /** Runs of each case. */
  readonly trials: number;
  /** True: nothing that was run today is taken again. */
  readonly fresh: boolean;
  readonly concurrency?: number;
  readonly signal: AbortSignal;
  /** Called once, before the first trial. */
  readonly onPlan?: (trials: number, cost: CostEstimate | undefined) => void;
  readonly onTrial?: () => void;
}

/** What an unchanged main does now, beside what its baseline says. */
export interface MainAgain {
  /** Set when it does not pass as its stored runs say. */
  readonly moved: Drift | undefined;
  /** The case that moved most, whether that is much or not; undefined without a case. */
  readonly most: Drift | undefined;
  readonly suite: Drift;
  /** The smallest drop of the whole suite that so many runs show in four of five times; undefined when none would be seen. */
  readonly visible: DetectableDrop | undefined;
  readonly cases: readonly { readonly id: string; readonly stored: Counts; readonly now: Counts }[];
  /** Cases that are not compared, and why. */
  readonly leftOut: readonly { readonly id: string; readonly why: string }[];
  /** What else a person should know: who answered now and then. */
  readonly notices: readonly string[];
  readonly trials: { readonly run: number; readonly reused: number };
  /** List price of what was run now; absent when it is not known. */
  readonly dollars?: number;
}

/** Half of the level is the suite's, and half of that each direction's; `findDrift` has a factor of two for both. */
const suiteLevel = driftLevel / 4;

/**
 * Runs the version that the committed baseline is of once more, in a series of its own, and compares: nothing changed here, so a difference is one of
 * the model or of what else the agent uses. The baseline stays as it is, whatever comes out.
 * @throws {DocketError} when there is no baseline, when it is of another version, other scorers or recorded answers, or when a trial could not be run
 */
export async function tryMainAgain(session: Session, options: TryAgainOptions): Promise<MainAgain> {
  const { config, agent, mode, store, clock } = session;
  const counts = readCommittedCounts(config);
  const version = await session.prepare(config.current);
  await requireUnchanged(session, counts, version);
  const known = new Map(counts.cases.filter(({ state }) => comparable.has(state)).map((each) => [each.id, each.row]));
  const leftOut = [
    ...counts.cases.filter(({ state }) => !comparable.has(state)).map(({ id, state }) => ({ id, why: whyNot[state] ?? state })),
    ...counts.vanished.map((id) => ({ id, why: 'it is not here any more' })),
  ];
  const cases = withGatedFamilies(config, loadCases(config.cases, agent)).flatMap((loaded) => {
    const row = known.get(loaded.case.id);
    return row ? [{ loaded, row }] : [];
  });
  if (cases.length === 0) throw new DocketError(`No case here is as ${counts.file} counted it. Run "docket baseline accept" on main.`);
  const part = options.fresh ? randomUUID().slice(0, 8) : clock.date().toISOString().slice(0, 10);
  function* wanted() {
    for (const { loaded } of cases) {
      const place = { loaded };
      const series = `drift-${counts.baseline.epoch}-${part}:${loaded.case.id}`;
      for (let number = 1; number <= options.trials; number += 1) yield { request: trialRequest(version, loaded, series, number), place };
    }
  }
  const { all, missing } = await countWanted(wanted(), store);
  options.onPlan?.(
    all,
    mode === 'live' && !agent.own ? await estimateCost({ store, prices: config.prices }, [{ version, trials: missing }]) : undefined,
  );
  const spending = new SpendingTally(config.prices);
  const now = new Map(cases.map(({ loaded }) => [loaded.case.id, { passes: 0, runs: 0 }]));
  const models = new Set<string>();
  const standIns = new Set<string>();
  const { failure, run, reused } = await judgeTrials(wanted(), {
    session,
    ...(options.concurrency === undefined ? {} : { concurrency: options.concurrency }),
    signal: options.signal,
    spending,
    onEnd({ place, trial, scored, twins }) {
      for (let each = 0; each < trialsIn({ place, twins }); each += 1) options.onTrial?.();
      const count = now.get(place.loaded.case.id);
      if (!scored || !count) return;
      count.runs += 1;
      if (scored.pass) count.passes += 1;
      for (const model of modelsOf(trial.transcript)) models.add(model);
      if (trial.mode !== mode) standIns.add(trial.mode);
    },
  });
  if (failure !== undefined) {
    throw new DocketError(
      `Whether main has moved cannot be said, because a run failed: ${failure} Run the same command again today; what is stored is kept.`,
      { exitCode: exitCodes.incomplete },
    );
  }
  if (standIns.size > 0) {
    throw new DocketError(
      `Whether main has moved cannot be said: a server that says it is a ${[...standIns].join(' or a ')} model answered some of the trials. Set ANTHROPIC_BASE_URL to a live one.`,
      { exitCode: exitCodes.incomplete },
    );
  }
  const compared = cases.map(({ loaded, row }) => ({
    id: loaded.case.id,
    stored: { passes: row.passes, runs: row.runs },
    now: now.get(loaded.case.id) ?? { passes: 0, runs: 0 },
  }));
  const { alone: most, suite } = lookForDrift(compared.map(({ id, stored, now: added }) => ({ id, stored, added })));
  const moved = [most, suite].find((each) => each !== undefined && each.pValue <= driftLevel);
  const arms = compared.map(({ stored, now: { runs } }) => ({ baseline: stored, candidateRuns: runs }));
  const { dollars } = spending;
  return {
    moved,
    most,
    suite,
    visible: await inTurns(seekingDrop(arms, suiteLevel, { random: seededRandom(1) }), new Turns(options.signal)),
    cases: compared,
    leftOut,
    notices: mode === 'live' && !agent.own ? whoAnswers(version, counts.baseline.answeredBy ?? [], [...models]) : [],
    trials: { run, reused },
    ...(mode !== 'live' || dollars === undefined ? {} : { dollars }),
  };
}

const comparable: ReadonlySet<string> = new Set(['known', 'quarantined']);
const whyNot: Readonly<Record<string, string>> = {
  new: 'the baseline does not have it',
  'input-changed': 'its input changed since',
  'label-changed': 'its label changed since',
  'does-not-judge': 'its label is disputed, or no person gave it',
};

/** A difference says something of the provider only where all else is the same. */
async function requireUnchanged(
  { config, mode, agent }: Session,
  { file, baseline }: CommittedCounts,
  { identity, version }: PreparedVersion,
) {
  const served = version.served?.version === null ? version.served : undefined;
  const accept = 'On an unchanged main, run "docket baseline accept" first, and commit the file.';
  const [fault, remedy] =
    served !== undefined
      ? [
          `nobody knows which version of the agent answers: ${served.address} ${served.why}`,
          'Name where the server says its version ("versionFrom"), or have the agent start its own server ("serve").',
        ]
      : baseline.mode !== mode
        ? [`the baseline is of ${baseline.mode} trials, and these would be ${mode} ones`, 'Ask for the mode of the baseline.']
        : mode === 'recorded'
          ? ['recorded answers never change', 'Watch the provider by a baseline of live trials: docket baseline accept --mode live.']
          : baseline.version.fingerprint !== identity.fingerprint
            ? [`${config.current} of ${agent.name} is not the version that the baseline is of`, accept]
            : baseline.scorerHash !== (await judgingHash(config))
              ? ['the scorers changed since the baseline was accepted', accept]
              : [];
  if (fault !== undefined) throw new DocketError(`${file} says nothing of drift here: ${fault}. ${remedy}`);
}

function whoAnswers({ version }: PreparedVersion, before: readonly string[], now: readonly string[]): string[] {
  const others = now.filter((model) => !isAsked(version.model, model));
  const changed = before.length > 0 && now.some((model) => !before.includes(model));
  return [
    ...(others.length > 0 ? [`${version.model} was requested, and ${listed(others)} answered`] : []),
    ...(changed ? [`the stored runs were answered by ${listed(before)}, these by ${listed(now)}`] : []),
  ];
}
