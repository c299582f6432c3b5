import { DocketError } from '../contracts/docket-error.ts';
import type { ModelMode } from '../contracts/model-mode.ts';
import type { Warn } from '../contracts/warn.ts';
import { anthropicModel } from './anthropic.ts';
import { type BatchedModelOptions, batchedModel } from './batches/batched-model.ts';
import { asksForLive, type Environment, readCredentials } from './credentials.ts';
import type { Model } from './model.ts';
import { ModelError } from './model-error.ts';
import type { PaceOf } from './model-server.ts';
import type { PriceBook } from './price-book.ts';
import { recordedModel } from './recorded/recorded-model.ts';
import { recordingModel } from './recorded/recording-model.ts';
import { type Simulation, simulatedModel } from './simulated.ts';
import type { Simulator } from './simulator.ts';
import { type Purse, withSpendBudget } from './spend-budget.ts';

export interface ModelSelection {
  /** What was asked for by name; otherwise the environment decides. */
  readonly mode?: ModelMode;
  /** Writes every answer to `recordingsDirectory`, for replay in mode `recorded`. */
  readonly record?: boolean;
  /** The agent's stand-in, needed for mode `simulated`. */
  readonly simulator?: Simulator;
  readonly simulation?: Partial<Simulation>;
  /** Name of an agent that answers by itself and asks no model here. */
  readonly own?: string;
  readonly recordingsDirectory: string;
  readonly environment: Environment;
  /** What the environment says without `.env`; the same when not given. */
  readonly ownEnvironment?: Environment;
  /** Most that live calls may cost, in dollars, and the prices by which. */
  readonly budget?: { readonly dollars: number | Purse; readonly prices: PriceBook };
  /** The pace of live calls, where several processes have one. */
  readonly paceOf?: PaceOf | undefined;
  /** Where live calls go into batches: what is under way there, and who is told of it. */
  readonly batch?: Pick<BatchedModelOptions, 'ledger' | 'note'>;
  /** Told, before anything else, when a mode was chosen that nobody asked for. */
  readonly warn: Warn;
}

/**
 * Chooses who answers: the mode that was asked for, else `live` when the environment names a key or a server, else `simulated`.
 * @throws {DocketError} when the chosen mode lacks what it needs: a key, a simulator; or the budget is no amount
 */
export function selectModel(selection: ModelSelection): Model {
  if (selection.own !== undefined) return ownModel(selection.own, selection);
  const mode = modeOf(selection);
  if (selection.mode === undefined && mode === 'simulated' && selection.simulator)
    selection.warn(
      'no ANTHROPIC_API_KEY: simulated model, an offline stand-in. Its decisions say nothing about a real model.',
      'unasked-mode',
    );
  if (selection.batch && mode !== 'live')
    throw new DocketError(`--batch is for live calls, and a ${mode} model answers here. Leave --batch out, or set a key and --mode live.`);
  const model = openModel(mode, selection);
  return selection.record ? recordingModel(model, selection.recordingsDirectory, secretsOf(mode, selection)) : model;
}

/** Who answers is the agent: what it does is real, and there is no other mode. */
function ownModel(agent: string, { mode = 'live', record, batch, budget }: ModelSelection): Model {
  if (budget)
    throw new DocketError(
      `The agent "${agent}" answers by itself, so Docket cannot stop what it spends. Leave --budget out, and set a limit where its key is from.`,
    );
  if (batch) throw new DocketError(`The agent "${agent}" answers by itself, so its calls cannot go into batches. Leave --batch out.`);
  if (mode !== 'live' || record) {
    throw new DocketError(
      `The agent "${agent}" answers by itself and asks Docket for no model, so ${record ? 'nothing can be recorded' : `there is no mode "${mode}"`}. Leave ${record ? '--record' : '--mode'} out.`,
    );
  }
  return {
    mode: 'live',
    async create() {
      throw new ModelError('request', `Main's agent "${agent}" answers by itself, so there is no model to ask.`, { retryable: false });
    },
  };
}

/** Who answers, as `selectModel` chooses. */
export function modeOf({ own, mode, environment }: Pick<ModelSelection, 'own' | 'mode' | 'environment'>): ModelMode {
  if (own !== undefined) return 'live';
  return mode ?? (asksForLive(environment) ? 'live' : 'simulated');
}

function openModel(mode: ModelMode, selection: ModelSelection): Model {
  switch (mode) {
    case 'live': {
      const model = selection.batch ? batchedModel({ ...selection, ...selection.batch }) : anthropicModel(selection);
      return selection.budget ? withSpendBudget(model, selection.budget.dollars, selection.budget.prices) : model;
    }
    case 'recorded':
      if (selection.record)
        throw new DocketError('Recorded answers cannot be recorded again. To record, use the mode "live" or "simulated".');
      return recordedModel(selection.recordingsDirectory);
    case 'simulated':
      return simulatedModel(requireSimulator(selection.simulator), selection.simulation);
  }
}

/** What must not be written down: what a live model is called with, and the key in any case. */
function secretsOf(mode: ModelMode, { environment, ownEnvironment }: ModelSelection): readonly string[] {
  if (mode === 'live') return readCredentials(environment, ownEnvironment).secrets;
  return ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN'].flatMap((name) => environment[name] || []);
}

function requireSimulator(simulator: Simulator | undefined): Simulator {
  if (simulator) return simulator;
  throw new DocketError(
    'This agent has no simulator, so it cannot run offline. Set ANTHROPIC_API_KEY for live calls, use the mode "recorded" once answers are recorded (--record, where there is a key), or give the agent a simulator.',
  );
}
