import { type Price, ratesFor } from '../../src/model/prices.ts';

/** What a trial of an agent takes. */
export interface TrialNeeds {
  /** Calls of the model, one after the other. */
  readonly calls: number;
  /** Tokens of all its calls together. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Docket's own CPU time, in milliseconds. */
  readonly cpuMs: { readonly live: number; readonly recorded: number };
  readonly bytes: {
    /** In the store's file. */
    readonly sqlite: number;
    /** In a shared database, with all indexes. */
    readonly postgres: number;
    readonly sqliteTrace: number;
    readonly postgresTrace: number;
    /** What replays it. */
    readonly recording: number;
  };
}

/** What a provider lets through, and how quick it is. */
export interface Provider {
  readonly requestsAMinute: number;
  readonly inputTokensAMinute: number;
  readonly outputTokensAMinute: number;
  /** From a request to its whole answer. */
  readonly secondsACall: number;
  /** From the submission of a batch to its results. */
  readonly hoursABatch: number;
  /** Calls that may wait in batches at a time. */
  readonly callsInBatches: number;
}

/** Who runs them. */
export interface Fleet {
  /** Trials in flight, of all machines together. */
  readonly inFlight: number;
  /** Cores that Docket has, of all machines together. */
  readonly cores: number;
}

export const costModes = ['live', 'batch', 'recorded'] as const;
export type CostMode = (typeof costModes)[number];

/** What so many trials come to. */
export interface Cost {
  readonly dollars: number;
  readonly hours: number;
  /** What the hours are spent on. */
  readonly boundBy: 'requests a minute' | 'input tokens a minute' | 'output tokens a minute' | 'trials in flight' | 'batches' | 'CPU';
  readonly bytes: { readonly sqlite: number; readonly postgres: number; readonly traces: number };
}

/** A batch costs half. */
const batchFactor = 0.5;
const dollarsAToken = 1e-6;

/**
 * What trials cost, in list prices without the prompt cache, and how long they take: as long as the narrowest of what they go through, each of which is an
 * upper bound of the pace by itself. Pure.
 * @param price dollars a million tokens
 */
export function costOf(
  mode: CostMode,
  trials: number,
  {
    needs,
    price,
    provider,
    fleet,
  }: { readonly needs: TrialNeeds; readonly price: Price; readonly provider: Provider; readonly fleet: Fleet },
): Cost {
  const { input = price.input, output = price.output } = ratesFor(price)(needs.inputTokens / needs.calls);
  const live = trials * dollarsAToken * (needs.inputTokens * input + needs.outputTokens * output);
  const calls = trials * needs.calls;
  const minute = 1 / 60;
  const cpuHours = (trials * needs.cpuMs[mode === 'recorded' ? 'recorded' : 'live']) / 1000 / 3600 / fleet.cores;
  const bounds: Readonly<Record<CostMode, readonly (readonly [Cost['boundBy'], number])[]>> = {
    live: [
      ['requests a minute', (calls / provider.requestsAMinute) * minute],
      ['input tokens a minute', ((trials * needs.inputTokens) / provider.inputTokensAMinute) * minute],
      ['output tokens a minute', ((trials * needs.outputTokens) / provider.outputTokensAMinute) * minute],
      ['trials in flight', (Math.ceil(trials / fleet.inFlight) * needs.calls * provider.secondsACall) / 3600],
      ['CPU', cpuHours],
    ],
    // Each call of a trial waits for a batch of its own, and all trials that fit wait together.
    batch: [
      ['batches', Math.ceil(trials / provider.callsInBatches) * needs.calls * provider.hoursABatch],
      ['CPU', cpuHours],
    ],
    recorded: [['CPU', cpuHours]],
  };
  const [boundBy, hours] = bounds[mode].reduce((narrowest, each) => (each[1] > narrowest[1] ? each : narrowest));
  const recordings = mode === 'recorded' ? trials * needs.bytes.recording : 0;
  return {
    dollars: mode === 'live' ? live : mode === 'batch' ? live * batchFactor : 0,
    hours,
    boundBy,
    bytes: {
      sqlite: trials * needs.bytes.sqlite + recordings,
      postgres: trials * needs.bytes.postgres + recordings,
      traces: trials * needs.bytes.postgresTrace,
    },
  };
}
