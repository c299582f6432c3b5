import { agentPort } from '../../agent/agent-port.ts';
import type { AgentRun } from '../../agent/agent-run.ts';
import { describeVersion } from '../../agent/describe-agent.ts';
import type { Mutant, ToolSample } from '../../agent/mutator.ts';
import type { Version } from '../../agent/version.ts';
import type { Clock } from '../../contracts/clock.ts';
import type { Gate } from '../../gate/create-gate.ts';
import type { Model } from '../../model/model.ts';
import type { LoadedCase } from '../cases/load-cases.ts';
import type { StoredRuns } from '../gate/ledger.ts';
import type { PreparedVersion, Session } from '../session.ts';

/** What mutants are tried on: the suite, the version itself with its runs, and the gate that would judge a change. */
export interface MutationBench {
  readonly session: Session;
  readonly gate: Gate;
  readonly version: Version;
  readonly original: PreparedVersion;
  readonly cases: readonly LoadedCase[];
  /** Runs of the version itself, by case id. */
  readonly stored: ReadonlyMap<string, StoredRuns>;
  readonly toolResults: ReadonlyMap<string, ToolSample>;
  /** Names of scorers that can fail a trial. */
  readonly hardScorers: readonly string[];
  readonly concurrency: number;
  readonly signal: AbortSignal;
}

/** The longest that a trial of a mutant may take, in milliseconds: a simulated model answers at once, so what takes longer hangs. */
const longestTrialMs = 2000;

/** A mutant ready to run, with the session whose clock it goes by. */
export interface PreparedMutant {
  readonly session: Session;
  readonly prepared: PreparedVersion;
}

/** Makes a mutant run like a version of the agent. */
export function prepareMutant({ session, version, original }: MutationBench, mutant: Mutant, fingerprint: string): PreparedMutant {
  const { agent } = session;
  const planted = mutant.version ?? version;
  const settings = { ...planted.settings, deadlineMs: Math.min(planted.settings.deadlineMs, longestTrialMs) };
  const base = agentPort(agent, { ...planted, settings });
  const late = { milliseconds: 0 };
  const modelOf = (model: Model): Model => {
    const answering = mutant.model?.(model) ?? model;
    return mutant.delayMs === undefined ? answering : delayed(answering, mutant.delayMs, late);
  };
  const described = describeVersion(planted);
  return {
    session: mutant.delayMs === undefined ? session : { ...session, clock: lateClock(session.clock, late) },
    prepared: {
      ...original,
      version: described,
      port: { ...base, run: async (input, context) => asItEnded(await base.run(input, { ...context, model: modelOf(context.model) })) },
      identity: { ...original.identity, fingerprint, model: planted.model },
    },
  };
}

/** What hangs once hangs again: it is not tried anew. */
function asItEnded(run: AgentRun): AgentRun {
  const { outcome } = run;
  return outcome.kind === 'infra-error' && outcome.error === 'timeout' ? { ...run, outcome: { ...outcome, retryable: false } } : run;
}

/** Nobody waits: the clock is put forward. */
function delayed(model: Model, milliseconds: number, late: { milliseconds: number }): Model {
  return {
    ...model,
    create(request, context) {
      late.milliseconds += milliseconds;
      return model.create(request, context);
    },
  };
}

function lateClock(clock: Clock, late: { readonly milliseconds: number }): Clock {
  return { ...clock, now: () => clock.now() + late.milliseconds };
}
