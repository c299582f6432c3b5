import { rulesOf } from '../../agent/rules-of.ts';
import { canonicalJson, sha256 } from '../../contracts/canonical-json.ts';
import { comparatorsFor } from '../../contracts/decision-rules.ts';
import type { DescribedVersion } from '../../contracts/described-agent.ts';
import { decisionDifferences } from '../../contracts/differing-fields.ts';
import { DocketError, exitCodes } from '../../contracts/docket-error.ts';
import type { JsonObject } from '../../contracts/json.ts';
import type { Replay, ReplayedEnd } from '../../contracts/replay.ts';
import type { PromptTrialScorer } from '../../contracts/scorer.ts';
import type { Trial } from '../../contracts/trial.ts';
import { toolFailure, toolFailureName } from '../../scorers/tool-failure.ts';
import { type EndedTrial, judgeTrials } from '../judging/judge-trials.ts';
import { evidenceOf, scoreTrial, type TrialScores } from '../judging/score-trial.ts';
import { trialDollars } from '../judging/trial-dollars.ts';
import { trialRequest } from '../judging/trial-request.ts';
import { reportedTrial } from '../reported-trial.ts';
import type { Session } from '../session.ts';
import { type FoundTrial, replaySeries } from './1-find-trial.ts';
import { type ChangedCall, keepUpTo } from './2-change-result.ts';
import { runningOn } from './3-run-on.ts';

export interface ReplayOptions {
  readonly changed: ChangedCall;
  /** How often it is run on. */
  readonly trials: number;
  readonly concurrency?: number;
  /** Runs on again what was run on before. */
  readonly fresh?: boolean;
  readonly signal: AbortSignal;
  readonly onTrial?: () => void;
}

/**
 * Runs a stored trial on from a changed tool result. What comes of it is stored under a fingerprint that no version has, so it never counts as a trial of one.
 * @throws {DocketError} before any model call where nothing can go on from there
 */
export async function replay(session: Session, found: FoundTrial, options: ReplayOptions): Promise<Replay> {
  const { config } = session;
  const { changed, trials, signal, concurrency = config.concurrency, onTrial } = options;
  const { trial, loaded } = found;
  requireReplayable(session);
  const kept = keepUpTo(trial.transcript, found.name, changed);
  const prepared = await session.prepare(found.version);
  const fingerprint = sha256(
    canonicalJson([replaySeries, prepared.identity.fingerprint, { ...trial.key }, { ...changed, answer: { ...changed.answer } }]),
  );
  const series = options.fresh ? `${replaySeries}:${session.clock.date().toISOString()}` : replaySeries;
  const onward = { ...prepared, port: runningOn(prepared.port, kept, trial.key), identity: { fingerprint } };
  const ended: EndedTrial<{ readonly number: number }>[] = [];
  const { failure } = await judgeTrials(
    Array.from({ length: trials }, (_, index) => ({
      request: trialRequest(onward, loaded, series, index + 1),
      place: { loaded, number: index + 1 },
    })),
    {
      session,
      concurrency,
      signal,
      onEnd(end) {
        ended.push(end);
        onTrial?.();
      },
    },
  );
  const before = await scoreTrial(session.scoring, prepared.version, loaded, trial, { signal });
  const original = endOf(trial, before);
  const replays = ended
    .toSorted((one, other) => one.place.number - other.place.number)
    .flatMap(({ place, reused, trial: onwards, scored }) => {
      if (!scored) return [];
      const end = endOf(onwards as Trial, scored);
      const rest = onwards.transcript.steps.slice(kept.steps);
      const dollars = trialDollars(config.prices, { ...onwards, transcript: { ...onwards.transcript, steps: rest } });
      return [
        {
          ...end,
          number: place.number,
          calls: rest.flatMap((step) =>
            step.kind === 'tool-call' ? [{ tool: step.tool, input: step.input, result: step.result, isError: step.isError }] : [],
          ),
          guessedAround: guessedAround(session, found, prepared.version, onwards as Trial),
          differs: differingFields(session, found, original.decision, end.decision),
          ...(dollars === undefined ? {} : { dollars }),
          reused,
        },
      ];
    });
  if (replays.length === 0) throw new DocketError(`${found.name} could not be run on: ${failure}`, { exitCode: exitCodes.incomplete });
  const { result, isError } = kept.original;
  return {
    kind: 'replay',
    schemaVersion: 1,
    trial: found.name,
    key: trial.key,
    ranBy: trial.mode,
    version: prepared.identity,
    mode: session.mode,
    otherState: found.otherState,
    changed: { tool: changed.tool, call: changed.call, was: { result, isError }, is: { ...changed.answer }, same: kept.same },
    kept: { modelCalls: kept.answers.length, toolCalls: kept.told.length },
    original,
    replays,
  };
}

/** @throws {DocketError} for an agent whose tools Docket does not call */
export function requireReplayable({ agent }: Pick<Session, 'agent'>): void {
  if (!agent.own) return;
  throw new DocketError(
    `"${agent.name}" answers by itself (${agent.own.kind}): it calls its tools in its own code, where Docket cannot put another result in their place. docket replay is for agents that Docket's tool loop runs.`,
  );
}

function endOf(trial: Trial, scored: TrialScores): ReplayedEnd {
  const { outcome, decision, detail, pass, findings } = reportedTrial(trial, scored, 'stored');
  return {
    outcome,
    ...(decision ? { decision } : {}),
    ...(detail === undefined ? {} : { detail }),
    pass,
    findings,
  };
}

/** By the agent's own scorer of failing tools, or else by the one that allows no decision at all. */
function guessedAround({ agent, config }: Session, { loaded }: FoundTrial, version: DescribedVersion, trial: Trial): string[] {
  const own = agent.scorers.find((scorer): scorer is PromptTrialScorer => scorer.scope === 'trial' && scorer.name === toolFailureName);
  const score = (own ?? toolFailure()).score(evidenceOf({ agent, prices: config.prices }, version, loaded, trial));
  return score?.findings.map(({ message }) => message) ?? [];
}

function differingFields({ agent }: Session, { loaded }: FoundTrial, before?: JsonObject, after?: JsonObject): string[] {
  const fields = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  const comparators = comparatorsFor(rulesOf(agent), loaded.case);
  return decisionDifferences(fields, [{ decision: before }], [{ decision: after }], comparators).map(({ field }) => field);
}
