import { realpathSync } from 'node:fs';
import { DocketError, exitCodes } from '../../contracts/docket-error.ts';
import type { Trial } from '../../contracts/trial.ts';
import type { Verdict } from '../../contracts/verdict.ts';
import { loadEnvironment } from '../../model/load-environment.ts';
import { selectModel } from '../../model/select-model.ts';
import { counted } from '../../text/figures.ts';
import type { WorkerCase } from '../../workers/protocol.ts';
import type { WorkerAgent } from '../../workers/worker-agent.ts';
import type { DescribedConfig } from '../described-config.ts';
import type { Candidate } from './candidate.ts';
import { type GateRequest, verdictHead } from './gate-request.ts';
import { modeWithout } from './no-baseline.ts';

/**
 * Main has nothing that a candidate could be compared with: no verdict, and no fault of the candidate's either. What can be run without main is run,
 * where that costs nobody anything, by the rules that the candidate brings, and only told.
 * @param why a sentence or more, with what to do
 */
export async function firstTimeVerdict({ worker, config }: Candidate, request: GateRequest, why: string): Promise<Verdict> {
  const told = await triedAlone(worker, config, request).catch((error: unknown) => {
    if (error instanceof DocketError) return `Its own cases could not be run: ${error.message}`;
    throw error;
  });
  return {
    ...verdictHead(request, []),
    verdict: 'not-evaluated',
    agent: config.agent.name,
    exitCode: exitCodes.notEvaluated,
    reason: `${why} ${told}`,
  };
}

async function triedAlone(worker: WorkerAgent, config: DescribedConfig, request: GateRequest): Promise<string> {
  const { agent, simulation } = config;
  const environment = loadEnvironment(realpathSync(config.root), request.environment ?? process.env, request.warn);
  const mode = request.mode ?? modeWithout(agent, environment);
  if (mode !== 'simulated' && !agent.own) return 'Its own cases were not run, because that costs money: docket eval runs them.';
  if (!agent.own && !agent.simulator) return 'Its own cases were not run: it has no simulated model.';
  const model = agent.own
    ? selectModel({ own: agent.name, environment, recordingsDirectory: config.root, warn: request.warn })
    : worker.simulatedModel(simulation.slipRate);
  const cases = await worker.cases();
  const ends = await Promise.all(cases.map((each) => runOnce(worker, each, { model, request })));
  const trials = ends.flatMap((end) => end ?? []);
  const scored = await worker.score(worker.version, [], trials);
  const passed = scored.filter(({ pass }) => pass).length;
  const failed = trials.filter((_, index) => !scored[index]?.pass).map((trial) => trial.case.id);
  const names = failed.length === 0 ? '' : ` (not ${failed.slice(0, 5).join(', ')}${failed.length > 5 ? ', …' : ''})`;
  const lost = cases.length - trials.length;
  return `By the rules that it brings itself, ${passed} of ${counted(cases.length, 'case')} pass in one run each${names}${lost > 0 ? `; ${lost} could not be run` : ''}.`;
}

interface Run {
  readonly model: ReturnType<WorkerAgent['simulatedModel']>;
  readonly request: GateRequest;
}

async function runOnce(worker: WorkerAgent, { case: found, input }: WorkerCase, { model, request }: Run) {
  const startedAt = request.clock.date().toISOString();
  const begun = request.clock.now();
  const series = `first:${found.id}`;
  const { outcome, transcript, usage } = await worker.run({ input, model, series, trialNumber: 1, signal: request.signal });
  if (outcome.kind === 'infra-error') return undefined;
  const key = { versionFingerprint: 'first', caseFingerprint: found.id, series, number: 1 };
  const trial: Trial = {
    key,
    mode: model.mode,
    transcript,
    usage,
    startedAt,
    durationMs: request.clock.now() - begun,
    infraRetries: 0,
    outcome,
  };
  return { case: found, input, trial };
}
